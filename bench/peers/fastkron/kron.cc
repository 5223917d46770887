// (F ⊗ F ⊗ … ⊗ F)·X by FastKron, as functions that take everything by reference. FastKron is in no package and has no C header: those of its functions that
// are used here are declared by hand and looked up in the file that its user built.

#include <cstddef>
#include <cstdint>
#include <dlfcn.h>

namespace {

void *library, *handle;

const int none = 1, x86 = 2; // fastKronOp_N, fastKronBackend_X86
const int most = 16;          // factors

// A problem is a Kronecker product of equal factors: axes times f, n×n.
template <class T>
struct problem {
  uint32_t sizes[most];
  const T *factors[most];
  problem(int n, int axes, const T *f) {
    for (int i = 0; i < axes; i++) sizes[i] = n, factors[i] = f;
  }
};

// z = x·(F ⊗ F ⊗ … ⊗ F), m rows
template <class T>
int mkm(const char *name, int m, int n, int axes, const T *factor, const T *x, T *z, T *temp) {
  typedef int (*function)(void *, int, uint32_t, uint32_t, uint32_t *, uint32_t *, const T *, int, const T *const *, int, T *, T, T, const T *, T *, T *);
  if (axes > most) return -1;
  problem<T> p(n, axes, factor);
  static const function f = (function)dlsym(library, name); // one for each T
  return f(handle, x86, m, axes, p.sizes, p.sizes, x, none, p.factors, none, z, 1, 0, nullptr, temp, nullptr);
}

// z = (F ⊗ F ⊗ … ⊗ F)·x, m columns
template <class T>
int kmm(const char *name, int m, int n, int axes, const T *factor, const T *x, T *z, T *temp) {
  typedef int (*function)(void *, int, uint32_t, uint32_t *, uint32_t *, uint32_t, const T *const *, int, const T *, int, T *, T, T, const T *, T *, T *);
  if (axes > most) return -1;
  problem<T> p(n, axes, factor);
  static const function f = (function)dlsym(library, name); // one for each T
  return f(handle, x86, axes, p.sizes, p.sizes, m, p.factors, none, x, none, z, 1, 0, nullptr, temp, nullptr);
}

} // namespace

extern "C" {

// fastkron_open starts FastKron, which is loaded already; 0 is success.
int fastkron_open(void *loaded) {
  typedef int (*init)(void **, uint32_t);
  library = loaded;
  init f = (init)dlsym(library, "fastKronInit");
  return f ? f(&handle, x86) : -1;
}

const char *fastkron_version() {
  typedef const char *(*version)();
  version f = (version)dlsym(library, "fastKronVersion");
  return f ? f() : "";
}

#define MULTIPLY(name, T, multiply, function)                                                                                                    \
  void name(const int *m, const int *n, const int *axes, const T *f, const T *x, T *z, T *temp, int *info) {                                     \
    *info = multiply<T>(function, *m, *n, *axes, f, x, z, temp);                                                                                 \
  }
MULTIPLY(fastkron_smkm, float, mkm, "sgemkm")
MULTIPLY(fastkron_dmkm, double, mkm, "dgemkm")
MULTIPLY(fastkron_skmm, float, kmm, "sgekmm")
MULTIPLY(fastkron_dkmm, double, kmm, "dgekmm")
}
