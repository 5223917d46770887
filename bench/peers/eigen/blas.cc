// Eigen behind the names and the convention of BLAS and LAPACK (Fortran: everything by reference), so that package peers calls it as it
// calls the others. Matrices are column-major; strides of vectors are 1 and not read. Only what Eigen has kernels of its own for is here.
//
// Compiled at run time by shim.go: g++ -O3 -march=native -shared -fPIC -fopenmp.

#include <Eigen/Dense>
#include <algorithm>

using namespace Eigen;

namespace {

template <class T> using Matrix_ = Matrix<T, Dynamic, Dynamic>;
template <class T> using Vector_ = Matrix<T, Dynamic, 1>;
template <class T> using MapM = Map<Matrix_<T>, 0, OuterStride<>>;
template <class T> using MapC = Map<const Matrix_<T>, 0, OuterStride<>>;
template <class T> using MapV = Map<Vector_<T>>;
template <class T> using MapVC = Map<const Vector_<T>>;

template <class T> void gemm(char ta, char tb, int m, int n, int k, T alpha, const T *a, int lda, const T *b, int ldb, T beta, T *c, int ldc) {
  MapM<T> C(c, m, n, OuterStride<>(ldc));
  MapC<T> A(a, ta == 'N' ? m : k, ta == 'N' ? k : m, OuterStride<>(lda));
  MapC<T> B(b, tb == 'N' ? k : n, tb == 'N' ? n : k, OuterStride<>(ldb));
  if (beta == T(0)) C.setZero();
  else if (beta != T(1)) C *= beta;
  if (ta == 'N' && tb == 'N') C.noalias() += alpha * A * B;
  else if (ta == 'N') C.noalias() += alpha * A * B.transpose();
  else if (tb == 'N') C.noalias() += alpha * A.transpose() * B;
  else C.noalias() += alpha * A.transpose() * B.transpose();
}

template <class T> void syrk(char uplo, char t, int n, int k, T alpha, const T *a, int lda, T beta, T *c, int ldc) {
  MapM<T> C(c, n, n, OuterStride<>(ldc));
  MapC<T> A(a, t == 'N' ? n : k, t == 'N' ? k : n, OuterStride<>(lda));
  if (uplo == 'L') {
    if (beta != T(1)) C.template triangularView<Lower>() *= beta;
    if (t == 'N') C.template selfadjointView<Lower>().rankUpdate(A, alpha);
    else C.template selfadjointView<Lower>().rankUpdate(A.transpose(), alpha);
  } else {
    if (beta != T(1)) C.template triangularView<Upper>() *= beta;
    if (t == 'N') C.template selfadjointView<Upper>().rankUpdate(A, alpha);
    else C.template selfadjointView<Upper>().rankUpdate(A.transpose(), alpha);
  }
}

template <class T> void gemv(char t, int m, int n, T alpha, const T *a, int lda, const T *x, T beta, T *y) {
  MapC<T> A(a, m, n, OuterStride<>(lda));
  MapV<T> Y(y, t == 'N' ? m : n);
  MapVC<T> X(x, t == 'N' ? n : m);
  if (beta == T(0)) Y.setZero();
  else if (beta != T(1)) Y *= beta;
  if (t == 'N') Y.noalias() += alpha * A * X;
  else Y.noalias() += alpha * A.transpose() * X;
}

template <class T> void symv(char uplo, int n, T alpha, const T *a, int lda, const T *x, T beta, T *y) {
  MapC<T> A(a, n, n, OuterStride<>(lda));
  MapV<T> Y(y, n);
  MapVC<T> X(x, n);
  if (beta == T(0)) Y.setZero();
  else if (beta != T(1)) Y *= beta;
  if (uplo == 'L') Y.noalias() += A.template selfadjointView<Lower>() * (alpha * X);
  else Y.noalias() += A.template selfadjointView<Upper>() * (alpha * X);
}

// Solves and products with triangular matrices: f(view) for the view that the flags name.
template <class M, class F> void triangular(char uplo, char t, char diag, const M &A, F f) {
  bool lower = uplo == 'L', unit = diag == 'U';
  if (t == 'N') {
    if (lower && unit) f(A.template triangularView<UnitLower>());
    else if (lower) f(A.template triangularView<Lower>());
    else if (unit) f(A.template triangularView<UnitUpper>());
    else f(A.template triangularView<Upper>());
  } else {
    auto At = A.transpose();
    if (lower && unit) f(At.template triangularView<UnitUpper>());
    else if (lower) f(At.template triangularView<Upper>());
    else if (unit) f(At.template triangularView<UnitLower>());
    else f(At.template triangularView<Lower>());
  }
}

template <class T> void trsm(char side, char uplo, char t, char diag, int m, int n, T alpha, const T *a, int lda, T *b, int ldb) {
  int k = side == 'L' ? m : n;
  MapC<T> A(a, k, k, OuterStride<>(lda));
  MapM<T> B(b, m, n, OuterStride<>(ldb));
  if (alpha != T(1)) B *= alpha;
  if (side == 'L') triangular(uplo, t, diag, A, [&](const auto &v) { v.solveInPlace(B); });
  else triangular(uplo, t, diag, A, [&](const auto &v) { v.template solveInPlace<OnTheRight>(B); });
}

template <class T> void symm(char side, char uplo, int m, int n, T alpha, const T *a, int lda, const T *b, int ldb, T beta, T *c, int ldc) {
  int k = side == 'L' ? m : n;
  MapC<T> A(a, k, k, OuterStride<>(lda)), B(b, m, n, OuterStride<>(ldb));
  MapM<T> C(c, m, n, OuterStride<>(ldc));
  if (beta == T(0)) C.setZero();
  else if (beta != T(1)) C *= beta;
  if (side == 'L' && uplo == 'L') C.noalias() += alpha * A.template selfadjointView<Lower>() * B;
  else if (side == 'L') C.noalias() += alpha * A.template selfadjointView<Upper>() * B;
  else if (uplo == 'L') C.noalias() += alpha * B * A.template selfadjointView<Lower>();
  else C.noalias() += alpha * B * A.template selfadjointView<Upper>();
}

template <class T> int potrf(char uplo, int n, T *a, int lda) {
  MapM<T> A(a, n, n, OuterStride<>(lda));
  if (uplo == 'L') {
    LLT<Ref<Matrix_<T>>, Lower> llt(A);
    return llt.info() == Success ? 0 : 1;
  }
  LLT<Ref<Matrix_<T>>, Upper> llt(A);
  return llt.info() == Success ? 0 : 1;
}

// The workspace is as short as LAPACK's shortest; a query of length -1 is answered in work.
template <class T> void geqrf(int m, int n, T *a, int lda, T *tau, T *work, int lwork) {
  if (lwork == -1) { work[0] = T(std::max(1, n)); return; }
  MapM<T> A(a, m, n, OuterStride<>(lda));
  MapV<T> h(tau, std::min(m, n));
  internal::householder_qr_inplace_blocked<MapM<T>, MapV<T>>::run(A, h, 48, work);
}

template <class T> void orgqr(int m, int n, int k, T *a, int lda, const T *tau, T *work, int lwork) {
  if (lwork == -1) { work[0] = T(1); return; }
  static thread_local Matrix_<T> v, q;
  static thread_local Vector_<T> h;
  MapM<T> A(a, m, n, OuterStride<>(lda));
  v = A.leftCols(k);
  h = MapVC<T>(tau, k);
  q.setIdentity(m, n);
  householderSequence(v, h).applyThisOnTheLeft(q);
  A = q;
}

// SelfAdjointEigenSolver reads the lower triangle.
template <class T> int syev(char jobz, char uplo, int n, T *a, int lda, T *w, T *work, int lwork) {
  if (lwork == -1) { work[0] = T(1); return 0; }
  static thread_local SelfAdjointEigenSolver<Matrix_<T>> s;
  static thread_local Matrix_<T> m;
  MapM<T> A(a, n, n, OuterStride<>(lda));
  if (uplo == 'L') m = A;
  else m = A.transpose();
  s.compute(m, jobz == 'V' ? ComputeEigenvectors : EigenvaluesOnly);
  MapV<T>(w, n) = s.eigenvalues();
  if (jobz == 'V') A = s.eigenvectors();
  return s.info() == Success ? 0 : 1;
}

template <class T> int gesdd(char jobz, int m, int n, T *a, int lda, T *s, T *u, int ldu, T *vt, int ldvt, T *work, int lwork) {
  if (lwork == -1) { work[0] = T(1); return 0; }
  static thread_local BDCSVD<Matrix_<T>> d;
  int k = std::min(m, n);
  d.compute(MapC<T>(a, m, n, OuterStride<>(lda)), jobz == 'N' ? 0 : ComputeThinU | ComputeThinV);
  MapV<T>(s, k) = d.singularValues();
  if (jobz != 'N') {
    MapM<T>(u, m, k, OuterStride<>(ldu)) = d.matrixU();
    MapM<T>(vt, k, n, OuterStride<>(ldvt)) = d.matrixV().transpose();
  }
  return 0;
}

} // namespace

#define FUNCTIONS(p, T)                                                                                                                                   \
  void eigen_##p##gemm_(const char *ta, const char *tb, const int *m, const int *n, const int *k, const T *alpha, const T *a, const int *lda,            \
                        const T *b, const int *ldb, const T *beta, T *c, const int *ldc) {                                                              \
    gemm<T>(*ta, *tb, *m, *n, *k, *alpha, a, *lda, b, *ldb, *beta, c, *ldc);                                                                            \
  }                                                                                                                                                     \
  void eigen_##p##syrk_(const char *uplo, const char *t, const int *n, const int *k, const T *alpha, const T *a, const int *lda, const T *beta, T *c,   \
                        const int *ldc) {                                                                                                               \
    syrk<T>(*uplo, *t, *n, *k, *alpha, a, *lda, *beta, c, *ldc);                                                                                        \
  }                                                                                                                                                     \
  void eigen_##p##gemv_(const char *t, const int *m, const int *n, const T *alpha, const T *a, const int *lda, const T *x, const int *, const T *beta,  \
                        T *y, const int *) {                                                                                                            \
    gemv<T>(*t, *m, *n, *alpha, a, *lda, x, *beta, y);                                                                                                  \
  }                                                                                                                                                     \
  void eigen_##p##symv_(const char *uplo, const int *n, const T *alpha, const T *a, const int *lda, const T *x, const int *, const T *beta, T *y,       \
                        const int *) {                                                                                                                  \
    symv<T>(*uplo, *n, *alpha, a, *lda, x, *beta, y);                                                                                                   \
  }                                                                                                                                                     \
  void eigen_##p##ger_(const int *m, const int *n, const T *alpha, const T *x, const int *, const T *y, const int *, T *a, const int *lda) {            \
    MapM<T>(a, *m, *n, OuterStride<>(*lda)).noalias() += *alpha * MapVC<T>(x, *m) * MapVC<T>(y, *n).transpose();                                        \
  }                                                                                                                                                     \
  T eigen_##p##dot_(const int *n, const T *x, const int *, const T *y, const int *) { return MapVC<T>(x, *n).dot(MapVC<T>(y, *n)); }                    \
  T eigen_##p##nrm2_(const int *n, const T *x, const int *) { return MapVC<T>(x, *n).stableNorm(); }                                                    \
  void eigen_##p##axpy_(const int *n, const T *alpha, const T *x, const int *, T *y, const int *) { MapV<T>(y, *n) += *alpha * MapVC<T>(x, *n); }       \
  void eigen_##p##scal_(const int *n, const T *alpha, T *x, const int *) { MapV<T>(x, *n) *= *alpha; }                                                  \
  void eigen_##p##trsm_(const char *side, const char *uplo, const char *t, const char *diag, const int *m, const int *n, const T *alpha, const T *a,    \
                        const int *lda, T *b, const int *ldb) {                                                                                         \
    trsm<T>(*side, *uplo, *t, *diag, *m, *n, *alpha, a, *lda, b, *ldb);                                                                                 \
  }                                                                                                                                                     \
  void eigen_##p##symm_(const char *side, const char *uplo, const int *m, const int *n, const T *alpha, const T *a, const int *lda, const T *b,         \
                        const int *ldb, const T *beta, T *c, const int *ldc) {                                                                          \
    symm<T>(*side, *uplo, *m, *n, *alpha, a, *lda, b, *ldb, *beta, c, *ldc);                                                                            \
  }                                                                                                                                                     \
  void eigen_##p##potrf_(const char *uplo, const int *n, T *a, const int *lda, int *info) { *info = potrf<T>(*uplo, *n, a, *lda); }                     \
  void eigen_##p##geqrf_(const int *m, const int *n, T *a, const int *lda, T *tau, T *work, const int *lwork, int *info) {                              \
    geqrf<T>(*m, *n, a, *lda, tau, work, *lwork);                                                                                                       \
    *info = 0;                                                                                                                                          \
  }                                                                                                                                                     \
  void eigen_##p##orgqr_(const int *m, const int *n, const int *k, T *a, const int *lda, const T *tau, T *work, const int *lwork, int *info) {          \
    orgqr<T>(*m, *n, *k, a, *lda, tau, work, *lwork);                                                                                                   \
    *info = 0;                                                                                                                                          \
  }                                                                                                                                                     \
  void eigen_##p##syev_(const char *jobz, const char *uplo, const int *n, T *a, const int *lda, T *w, T *work, const int *lwork, int *info) {           \
    *info = syev<T>(*jobz, *uplo, *n, a, *lda, w, work, *lwork);                                                                                        \
  }                                                                                                                                                     \
  void eigen_##p##gesdd_(const char *jobz, const int *m, const int *n, T *a, const int *lda, T *s, T *u, const int *ldu, T *vt, const int *ldvt,        \
                         T *work, const int *lwork, int *, int *info) {                                                                                 \
    *info = gesdd<T>(*jobz, *m, *n, a, *lda, s, u, *ldu, vt, *ldvt, work, *lwork);                                                                      \
  }

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)

extern "C" {
FUNCTIONS(s, float)
FUNCTIONS(d, double)
void eigen_set_threads(int n) { setNbThreads(n); }
const char *eigen_version(void) {
  return TEXT(EIGEN_WORLD_VERSION) "." TEXT(EIGEN_MAJOR_VERSION) "." TEXT(EIGEN_MINOR_VERSION) ", g++ " __VERSION__;
}
const char *eigen_simd(void) { return SimdInstructionSetsInUse(); }
}
