// Package influence holds influence functions: how the loss of a query would change if a training
// sample counted more, to first order, for a model of which the caller has gradients and a curvature.
//
// With the training objective L(θ) = (1/N)·Σ_i ℓ_i(θ) at its minimum, training gradients g_i, query
// gradients q_j and a curvature C that stands for the Hessian of L, the score of sample i for query j is
//
//	s_ji = q_jᵀ·(C + δI)⁻¹·g_i .
//
// Counting sample i with weight (1+ε)/N moves the loss of query j by −ε·s_ji/N: a positive score is
// a proponent, whose extra weight lowers the loss of the query; removing sample i (ε = −1) raises it by s_ji/N.
// Scores are not divided by N. (Koh and Liang 2017; the released code of Hong et al. 2025 has the opposite sign.)
//
// What differs is C, a ladder from the exact Hessian to a Kronecker product (Martens and Grosse 2015, George
// et al. 2018, Grosse et al. 2023, Hong et al. 2025), and every rung is a block-diagonal Curvature of
// linalg.Spectral blocks:
//
//	Dense        H or the Gauss–Newton matrix, formed by the caller or from rows by Rows
//	BlockDense   its diagonal blocks
//	Factors      K-FAC and EK-FAC of a layer from its inputs and output gradients
//	Diagonal     the squares of per-sample gradients
//
// A Solver applies (C + δI)⁻¹ with an explicit rule for negative eigenvalues, Queries hold preconditioned
// query gradients and meet training gradients tile by tile, so that neither the gradients nor the scores of
// a data set need fit into memory, and LDS measures how well scores predict retrained models.
//
// Hot calls allocate nothing. Results are the same bits for any tier, any number of workers; scores do not depend on the tiles
// in which training gradients come.
package influence
