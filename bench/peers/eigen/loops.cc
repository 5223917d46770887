// More of Eigen behind Fortran's convention, apart from blas.cc because that takes minutes to compile: what BLAS has and blas.cc has not, and loops
// that no BLAS has but that Eigen's expressions fuse and vectorize.

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

using namespace Eigen;

namespace {

template <class T> using Matrix_ = Matrix<T, Dynamic, Dynamic>;
template <class T> using Vector_ = Matrix<T, Dynamic, 1>;
template <class T> using MapM = Map<Matrix_<T>, 0, OuterStride<>>;
template <class T> using MapC = Map<const Matrix_<T>, 0, OuterStride<>>;
template <class T> using MapV = Map<Vector_<T>>;
template <class T> using MapVC = Map<const Vector_<T>>;

template <class T> void syr2(char uplo, int n, T alpha, const T *x, const T *y, T *a, int lda) {
  MapM<T> A(a, n, n, OuterStride<>(lda));
  MapVC<T> X(x, n), Y(y, n);
  if (uplo == 'L') A.template selfadjointView<Lower>().rankUpdate(X, Y, alpha);
  else A.template selfadjointView<Upper>().rankUpdate(X, Y, alpha);
}

// What follows is no BLAS, but loops that Eigen's expressions fuse and vectorize. Matrices are row-major.

template <class T> using Rows = Map<Matrix<T, Dynamic, Dynamic, RowMajor>, 0, OuterStride<>>;
template <class T> using RowsC = Map<const Matrix<T, Dynamic, Dynamic, RowMajor>, 0, OuterStride<>>;

template <class T> void omatcopy(char t, int m, int n, T alpha, const T *a, int lda, T *b, int ldb) {
  RowsC<T> A(a, m, n, OuterStride<>(lda));
  if (t == 'N') Rows<T>(b, m, n, OuterStride<>(ldb)).noalias() = alpha * A;
  else Rows<T>(b, n, m, OuterStride<>(ldb)).noalias() = alpha * A.transpose();
}

template <class T> void softmax(int m, int n, const T *a, int lda, T *b, int ldb) {
  RowsC<T> A(a, m, n, OuterStride<>(lda));
  Rows<T> B(b, m, n, OuterStride<>(ldb));
  for (int i = 0; i < m; i++) {
    B.row(i).array() = (A.row(i).array() - A.row(i).maxCoeff()).exp();
    B.row(i) /= B.row(i).sum();
  }
}

template <class T> void logsumexp(int m, int n, const T *a, int lda, T *s) {
  RowsC<T> A(a, m, n, OuterStride<>(lda));
  for (int i = 0; i < m; i++) {
    T top = A.row(i).maxCoeff();
    s[i] = top + std::log((A.row(i).array() - top).exp().sum());
  }
}

template <class T> void adam(int n, T beta1, T beta2, T eps, T step, T *x_, const T *g_, T *m_, T *v_) {
  Map<Array<T, Dynamic, 1>> x(x_, n), m(m_, n), v(v_, n);
  Map<const Array<T, Dynamic, 1>> g(g_, n);
  // Pieces that stay in the first-level cache, since Eigen does not fuse statements.
  for (int i = 0; i < n; i += 1024) {
    int k = std::min(1024, n - i);
    m.segment(i, k) = beta1 * m.segment(i, k) + (1 - beta1) * g.segment(i, k);
    v.segment(i, k) = beta2 * v.segment(i, k) + (1 - beta2) * g.segment(i, k).square();
    x.segment(i, k) -= step * m.segment(i, k) / (v.segment(i, k).sqrt() + eps);
  }
}

} // namespace

#define FUNCTIONS(p, T)                                                                                                                                   \
  void eigen_##p##syr2_(const char *uplo, const int *n, const T *alpha, const T *x, const int *, const T *y, const int *, T *a, const int *lda) {       \
    syr2<T>(*uplo, *n, *alpha, x, y, a, *lda);                                                                                                          \
  }                                                                                                                                                     \
  void eigen_##p##omatcopy_(const char *, const char *t, const int *m, const int *n, const T *alpha, const T *a, const int *lda, T *b,                  \
                            const int *ldb) {                                                                                                           \
    omatcopy<T>(*t, *m, *n, *alpha, a, *lda, b, *ldb);                                                                                                  \
  }                                                                                                                                                     \
  T eigen_##p##sum_(const int *n, const T *x, const int *) { return MapVC<T>(x, *n).sum(); }                                                                         \
  T eigen_##p##maxabs_(const int *n, const T *x) { return MapVC<T>(x, *n).template lpNorm<Infinity>(); }                                                \
  void eigen_##p##hadamard_(const int *n, const T *x, const T *y, T *z) { MapV<T>(z, *n) = MapVC<T>(x, *n).cwiseProduct(MapVC<T>(y, *n)); }             \
  void eigen_##p##exp_(const int *n, const T *x, T *y) { MapV<T>(y, *n).array() = MapVC<T>(x, *n).array().exp(); }                                      \
  void eigen_##p##softmax_(const int *m, const int *n, const T *a, const int *lda, T *b, const int *ldb) { softmax<T>(*m, *n, a, *lda, b, *ldb); }      \
  void eigen_##p##logsumexp_(const int *m, const int *n, const T *a, const int *lda, T *s) { logsumexp<T>(*m, *n, a, *lda, s); }                        \
  void eigen_##p##adam_(const int *n, const T *beta1, const T *beta2, const T *eps, const T *step, T *x, const T *g, T *m, T *v) {                      \
    adam<T>(*n, *beta1, *beta2, *eps, *step, x, g, m, v);                                                                                               \
  }

extern "C" {
FUNCTIONS(s, float)
FUNCTIONS(d, double)
}
