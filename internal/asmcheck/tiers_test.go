package asmcheck

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The instructions that each tier may use: what package kernels asks the processor for (kernels/isa_amd64.go), by the
// manuals' tables. A mnemonic that no list has is an error: look up its feature flag before adding it.
var (
	// Every amd64 processor: the integer instructions and SSE2.
	baseline = set(`MOVQ MOVL MOVB MOVW MOVBLZX MOVWLZX MOVLQSX MOVLQZX MOVSS MOVSD LEAQ LEAL ADDQ ADDL SUBQ SUBL IMULQ IMULL ADCQ NEGQ NEGL INCQ INCL DECQ DECL
		ANDQ ANDL ORQ ORL XORQ XORL NOTQ NOTL SHLQ SHLL SHRQ SHRL SARQ SARL CMPQ CMPL CMPB TESTQ TESTL BTQ BTL
		CMOVQLT CMOVQGT CMOVQLE CMOVQGE CMOVQEQ CMOVQNE CMOVQCS CMOVQCC CMOVQHI CMOVQLS
		JMP JEQ JNE JLT JLE JGT JGE JCS JCC JHI JLS JMI JPL JPC JPS CALL RET NOP PCALIGN PREFETCHT0 PREFETCHT1 PREFETCHT2 PREFETCHNTA SFENCE`)
	// AVX, AVX2, FMA3, BMI1 and BMI2.
	avx2 = set(`VZEROUPPER VZEROALL VMOVUPS VMOVUPD VMOVAPS VMOVAPD VMOVSS VMOVSD VMOVQ VMOVD VMOVDQU VMOVDQA VMOVNTPS VMOVNTPD VMASKMOVPS VMASKMOVPD VPMASKMOVD VPMASKMOVQ
		VBROADCASTSS VBROADCASTSD VBROADCASTF128 VPBROADCASTD VPBROADCASTQ VADDPS VADDPD VADDSS VADDSD VSUBPS VSUBPD VSUBSS VSUBSD VMULPS VMULPD VMULSS VMULSD
		VDIVPS VDIVPD VDIVSS VDIVSD VSQRTPS VSQRTPD VSQRTSS VSQRTSD VMAXPS VMAXPD VMAXSS VMAXSD VMINPS VMINPD VMINSS VMINSD
		VANDPS VANDPD VANDNPS VANDNPD VORPS VORPD VXORPS VXORPD VPAND VPANDN VPOR VPXOR VCMPPS VCMPPD VBLENDPS VBLENDPD VBLENDVPS VBLENDVPD VROUNDPS VROUNDPD
		VUNPCKLPS VUNPCKHPS VUNPCKLPD VUNPCKHPD VSHUFPS VSHUFPD VPERMILPS VPERMILPD VPERM2F128 VPERMPS VPERMPD VPERMD VPERMQ VEXTRACTF128 VINSERTF128 VINSERTPS VMOVHPD VMOVHLPS VMOVLHPS VMOVSHDUP VMOVSLDUP VMOVDDUP
		VHADDPS VHADDPD VCVTDQ2PS VCVTDQ2PD VCVTPS2DQ VCVTPD2DQX VCVTPD2DQY VCVTTPS2DQ VCVTPS2PD VCVTPD2PSX VCVTPD2PSY VCVTSS2SD VCVTSD2SS VCVTSI2SDQ VUCOMISS VUCOMISD VCOMISS VCOMISD
		VPADDD VPADDQ VPSUBD VPSUBQ VPSLLD VPSLLQ VPSRLD VPSRLQ VPSRAD VPCMPEQD VPCMPEQQ VPCMPGTD VPCMPGTQ VPSHUFD VPTEST VTESTPS VTESTPD VMOVMSKPS VMOVMSKPD
		VPMAXSD VPMINSD VPMAXUD VPMINUD VPMOVSXDQ VPMOVZXDQ VPMOVZXWD VPACKSSDW VPACKUSDW VPMULLD
		BLSRQ BLSRL BZHIQ SHLXQ SHRXQ`)
	// AVX-512 F, BW, DQ, VL and CD. Of the estimates only the one that SQRTV refines to the correctly rounded root.
	avx512 = set(`VMOVDQU32 VMOVDQU64 VMOVDQA32 VMOVDQA64 VBROADCASTF32X4 VBROADCASTF64X4 VBROADCASTF64X2 VBROADCASTF32X8 VPANDD VPANDQ VPANDND VPANDNQ VPORD VPORQ VPXORD VPXORQ VPTERNLOGD VPTERNLOGQ
		VPERMT2PS VPERMT2PD VPERMI2PS VPERMI2PD VPERMT2D VPERMT2Q VPERMT2W VPADDW VPSUBW VPSUBUSW VPSRLW VSHUFF32X4 VSHUFF64X2 VEXTRACTF32X4 VEXTRACTF64X2 VEXTRACTF32X8 VEXTRACTF64X4 VINSERTF32X4 VINSERTF64X4 VINSERTF32X8 VINSERTF64X2 VALIGND VALIGNQ
		VRSQRT14PS VRSQRT14PD VSCALEFPS VSCALEFPD VGETEXPPS VGETEXPPD VGETMANTPS VGETMANTPD VRNDSCALEPS VRNDSCALEPD VCOMPRESSPS VCOMPRESSPD VEXPANDPS VEXPANDPD VBLENDMPS VBLENDMPD VPBLENDMD VPBLENDMQ VCVTPD2PS VCVTPD2DQ VCVTTPD2DQ
		VPCMPD VPCMPQ VPCMPUD VPCMPUQ VPTESTMD VPTESTMQ VPTESTNMD VPTESTNMQ VPMAXUQ VPMINUQ VPMAXSQ VPMINSQ VPSRAQ VFPCLASSPSZ VFPCLASSPDZ VPMOVM2D VPMOVM2Q VPMOVD2M VPMOVQ2M VPMOVDW VPMOVQD
		KMOVB KMOVW KMOVD KMOVQ KXNORB KXNORW KXNORD KXNORQ KXORW KORW KORB KANDW KANDB KANDQ KANDNW KNOTW KNOTB KORTESTW KORTESTB KTESTW KTESTB KSHIFTRB KSHIFTRW KSHIFTRD KSHIFTRQ KSHIFTLB KSHIFTLW KSHIFTLD KSHIFTLQ KUNPCKBW KADDW`)
	fma3 = regexp.MustCompile(`^VFN?M(ADD|SUB)(132|213|231)[PS][SD]$`)

	// ARMv8.0 with Advanced SIMD. Instructions written as WORD are those of TestEncodings.
	neon = set(`WORD MOVD MOVW MOVWU MOVH MOVB MOVBU ADD ADDS ADDW SUB SUBS SUBW MUL MADD NEG LSL LSR ASR AND ANDS ORR EOR BIC MVN CMP CMN CMPW TST CSEL CSET CSINC CINC LDP LDPW STP FLDPQ FSTPQ FLDPD FSTPD FLDPS FSTPS
		B JMP BEQ BNE BLT BLE BGT BGE BLO BLS BHI BHS BMI BPL BVC BVS CBZ CBZW CBNZ TBZ TBNZ CALL BL RET NOP PRFM PCALIGN
		FMOVS FMOVD FMOVQ FADDS FADDD FSUBS FSUBD FMULS FMULD FDIVS FDIVD FSQRTS FSQRTD FMADDS FMADDD FMSUBS FMSUBD FNMADDS FNMADDD FNMSUBS FNMSUBD FNMULS FNMULD FNEGS FNEGD FABSS FABSD FMAXS FMAXD FMINS FMIND FMAXNMS FMAXNMD FMINNMS FMINNMD FCMPS FCMPD FCSELS FCSELD
		FCVTSD FCVTDS SCVTFS SCVTFD SCVTFWS SCVTFWD FCVTZSS FCVTZSD FRINTNS FRINTND
		VFMLA VFMLS VLD1 VLD2 VLD3 VLD4 VST1 VST2 VST3 VST4 VLD1R VLD2R VLD4R VDUP VMOV VMOVI VMOVS VMOVD VMOVQ VEOR VAND VORR VBSL VBIT VBIF VEXT VZIP1 VZIP2 VUZP1 VUZP2 VTRN1 VTRN2 VREV64 VREV32 VTBL
		VADD VSUB VSHL VUSHR VSRI VSLI VUSHLL VUSHLL2 VUXTL VADDV VADDP VCMEQ VCMTST VUMAX VUMIN VUADDLV`)
)

func set(names string) map[string]bool {
	m := map[string]bool{}
	for _, n := range strings.Fields(names) {
		m[n] = true
	}
	return m
}

var (
	highVector = regexp.MustCompile(`\b(Z\d+|[XY](1[6-9]|2\d|3[01])|K[0-7])\b`)
	pseudo     = set("TEXT FUNCDATA PCDATA DATA GLOBL")
)

// tierOf returns the tier in the name of an assembly file.
func tierOf(file string) string {
	for _, tier := range []string{"avx512_amd64", "avx2_amd64", "neon_arm64"} {
		if strings.HasSuffix(file, "_"+tier+".s") {
			return tier
		}
	}
	return ""
}

func allowed(tier string, i instruction) string {
	op, suffix, _ := strings.Cut(i.op, ".")
	switch tier {
	case "avx2_amd64":
		switch {
		case suffix != "":
			return "suffix ." + suffix + " needs AVX-512"
		case highVector.MatchString(i.args):
			return "register of AVX-512"
		case len(i.code) > 0 && i.code[0] == 0x62:
			return "EVEX encoding"
		case baseline[op] || avx2[op] || fma3.MatchString(op):
			return ""
		}
	case "avx512_amd64":
		if baseline[op] || avx2[op] || avx512[op] || fma3.MatchString(op) {
			return ""
		}
	case "neon_arm64":
		if neon[op] {
			return ""
		}
	}
	return "not in the list of the tier"
}

// TestTiers checks every instruction that the assembler produces, macros expanded.
func TestTiers(t *testing.T) {
	for _, arch := range []string{"amd64", "arm64"} {
		t.Run(arch, func(t *testing.T) {
			count := map[string]int{}
			reported := map[string]bool{}
			for _, pkg := range []string{"./kernels", "./linalg"} {
				if s, _ := filepath.Glob(filepath.Join(root(t), pkg, "*_"+arch+".s")); len(s) == 0 {
					continue
				}
				source := "" // of the function: its lines may come from a header
				listing(t, []string{"GOARCH=" + arch}, func(i instruction) {
					if i.op == "TEXT" {
						source = i.file
					}
					if !strings.HasSuffix(source, ".s") || pseudo[i.op] || arch == "amd64" && i.op == "PCALIGN" {
						return
					}
					require.NotEmpty(t, i.code, "%s:%d: no encoding was seen", i.file, i.line)
					count[source]++
					tier := tierOf(source)
					why := "the file name has no tier"
					if tier != "" {
						why = allowed(tier, i)
					}
					if key := i.file + i.op + why; why != "" && !reported[key] {
						reported[key] = true
						t.Errorf("%s:%d: %s %s: %s", i.file, i.line, i.op, i.args, why)
					}
				}, "build", "-asmflags=-S", pkg)
				files, err := filepath.Glob(filepath.Join(root(t), pkg, "*_"+arch+".s"))
				require.NoError(t, err)
				for _, path := range files {
					rel, err := filepath.Rel(root(t), path)
					require.NoError(t, err)
					require.Positive(t, count[filepath.ToSlash(rel)], "%s: no instruction was seen", rel)
				}
			}
			t.Logf("%d files", len(count))
		})
	}
}

func TestAllowed(t *testing.T) {
	ok := func(tier, op, args string) { require.Empty(t, allowed(tier, instruction{op: op, args: args})) }
	bad := func(tier, op, args string) { require.NotEmpty(t, allowed(tier, instruction{op: op, args: args})) }
	ok("avx2_amd64", "VADDPS", "Y1, Y15, Y0")
	ok("avx2_amd64", "VFNMADD231PD", "Y1, Y15, Y0")
	bad("avx2_amd64", "VADDPS", "Z1, Z15, Z0")
	bad("avx2_amd64", "VADDPS", "Y1, Y16, Y0")
	bad("avx2_amd64", "VADDPS", "Y1, K1, Y0")
	bad("avx2_amd64", "VPTERNLOGD", "$1, Y1, Y2, Y0")
	bad("avx2_amd64", "VADDPS.Z", "Y1, Y2, Y0")
	bad("avx2_amd64", "VPDPBUSD", "Y1, Y2, Y0")
	require.NotEmpty(t, allowed("avx2_amd64", instruction{op: "VADDPS", args: "Y1, Y2, Y0", code: []byte{0x62}}))
	ok("avx512_amd64", "VFMADD231PS.BCST", "4(SI), Z1, Z2")
	bad("avx512_amd64", "VPDPBUSD", "Z1, Z2, Z0")
	ok("neon_arm64", "VFMLA", "V0.S4, V1.S4, V2.S4")
	bad("neon_arm64", "AESE", "V0.B16, V1.B16")
}
