package peers

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/klauspost/cpuid/v2"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Libraries that Debian has no shared form of are compiled for this machine on first use and kept in the user's cache directory, under
// the hash of everything that the result depends on.

//go:embed eigen/blas.cc
var eigenBLAS []byte

//go:embed eigen/loops.cc
var eigenLoops []byte

//go:embed fastkron/kron.cc
var fastKronCC []byte

// noCompile keeps tests from compiling for minutes.
var noCompile bool

func hasTier(tier kernels.ISA) bool { return slices.Contains(kernels.Supported(), tier) }

// compile runs a compiler that writes a shared library and returns its path. inputs are what the compiler reads besides its arguments.
func compile(debian, compiler string, inputs [][]byte, args ...string) (path string, err error) {
	cc, err := exec.LookPath(compiler)
	if err != nil {
		return "", fmt.Errorf("no %s: apt-get install %s", compiler, debian)
	}
	version, err := exec.Command(cc, "--version").Output()
	if err != nil {
		return "", fmt.Errorf("%s --version: %w", compiler, err)
	}
	h := sha256.New()
	for _, b := range append(inputs, version, []byte(cpuid.CPU.BrandName), []byte(fmt.Sprint(cpuid.CPU.Family, cpuid.CPU.Model, cpuid.CPU.FeatureSet(), args))) {
		fmt.Fprintf(h, "%d ", len(b))
		h.Write(b)
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir = filepath.Join(dir, "eigenbasis", "peers")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	path = filepath.Join(dir, hex.EncodeToString(h.Sum(nil)[:12])+".so")
	if exists(path) {
		return path, nil
	}
	if noCompile {
		return "", fmt.Errorf("not compiled yet: go run ./bench peers")
	}
	fmt.Fprintf(os.Stderr, "peers: compiling with %s, once; Eigen takes a minute or two\n", compiler)
	// Under another name first: several processes may do the same.
	f, err := os.CreateTemp(dir, "new-*.so")
	if err != nil {
		return "", err
	}
	f.Close()
	defer os.Remove(f.Name())
	cmd := exec.Command(cc, append(args, "-o", f.Name())...)
	if len(inputs) > 0 {
		cmd.Stdin = bytes.NewReader(inputs[0])
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		first, _, _ := bytes.Cut(out, []byte("\n"))
		return "", fmt.Errorf("%s: %w: %s", compiler, err, first)
	}
	return path, os.Rename(f.Name(), path)
}

// loadEigen compiles eigen/*.cc against the installed headers.
func loadEigen(own string) (*Library, error) {
	include := "/usr/include/eigen3"
	if own != "" {
		include = own
	}
	macros, err := os.ReadFile(filepath.Join(include, "Eigen/src/Core/util/Macros.h")) // has the version
	if err != nil {
		return nil, errors.New("not found: apt-get install libeigen3-dev g++")
	}
	open := func(source []byte) (*Library, error) {
		so, err := compile("g++", "g++", [][]byte{source, macros}, "-O3", "-march=native", "-DNDEBUG", "-fopenmp", "-shared", "-fPIC", "-x", "c++", "-I", include, "-")
		if err != nil {
			return nil, err
		}
		return openFirst("libeigen3-dev", so)
	}
	l, err := open(eigenBLAS)
	if err != nil {
		return nil, err
	}
	loops, err := open(eigenLoops)
	if err != nil {
		return nil, err
	}
	l.more = loops.handle
	l.Name, l.pattern, l.setThreads = "Eigen", "eigen_%s_", "eigen_set_threads"
	l.Detail = firstMatch(`^[^ ]+ g\+\+ [0-9.]+`, callString(symbol(l.handle, "eigen_version"))) + ", " + callString(symbol(l.handle, "eigen_simd"))
	return l, nil
}

// loadXSMM links the static library into a shared one. It has small products only: larger ones would go to a BLAS that it has not.
func loadXSMM(own string) (*Library, error) {
	so := own
	if so == "" {
		if runtime.GOARCH != "amd64" {
			return nil, errors.New("libxsmm is for amd64")
		}
		const dir = "/usr/lib/"
		var inputs [][]byte
		for _, a := range []string{"libxsmm.a", "libxsmmnoblas.a"} {
			b, err := os.ReadFile(dir + a)
			if err != nil {
				return nil, errors.New("not found: apt-get install libxsmm-dev gcc")
			}
			inputs = append(inputs, b)
		}
		var err error
		so, err = compile("gcc", "gcc", inputs, "-shared", "-Wl,--whole-archive", dir+"libxsmm.a", dir+"libxsmmnoblas.a", "-Wl,--no-whole-archive", "-lpthread", "-lrt", "-ldl", "-lm")
		if err != nil {
			return nil, err
		}
	}
	l, err := openFirst("libxsmm-dev", so)
	if err != nil {
		return nil, err
	}
	l.Name, l.pattern = "libxsmm", "libxsmm_%s"
	init, arch := symbol(l.handle, "libxsmm_init"), symbol(l.handle, "libxsmm_get_target_arch")
	if init == 0 || arch == 0 {
		return nil, errors.New(l.Path + " is no libxsmm")
	}
	callInt(init)
	l.Detail = callString(arch) + " code"
	return l, nil
}

// loadFastKron compiles fastkron/kron.cc, which opens the library that the user built.
func loadFastKron(own string) (*Library, error) {
	if own == "" {
		return nil, errors.New("in no package: build github.com/abhijangda/fastkron with -DENABLE_CUDA=OFF and name FastKron=PATH of its libFastKron.so")
	}
	so, err := compile("g++", "g++", [][]byte{fastKronCC}, "-O2", "-shared", "-fPIC", "-x", "c++", "-", "-ldl")
	if err != nil {
		return nil, err
	}
	l, err := openFirst("g++", so)
	if err != nil {
		return nil, err
	}
	h, err := openLibrary(own)
	if err != nil {
		return nil, err
	}
	if callInt(symbol(l.handle, "fastkron_open"), h) != 0 {
		return nil, errors.New(own + " is no FastKron")
	}
	l.Name, l.Path, l.pattern = FastKron, own, "fastkron_%s"
	l.Detail = callString(symbol(l.handle, "fastkron_version"))
	return l, nil
}
