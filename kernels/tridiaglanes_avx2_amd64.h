// The body of tridiagQRAVX2 and tridiagQR8AVX2 (tridiaglanes_avx2_amd64.s): four lanes, ROW = 1<<ROWLOG bytes from one row of all lanes
// to the next.

	MOVQ m+0(FP), R9
	MOVQ cols+8(FP), R10
	MOVQ d+16(FP), SI
	MOVQ e+24(FP), DI
	MOVQ z+32(FP), R8
	MOVQ sweeps+48(FP), CX
	DECQ R9
	SHLQ $ROWLOG, R10

scan:
	// Y7 lanes whose block is found, Y8 lanes whose block reaches down to here; Y9, Y10 d at hi and hi−1, Y11 e there.
	VBROADCASTSD small+40(FP), Y15
	VXORPD Y5, Y5, Y5
	VXORPD Y6, Y6, Y6
	VXORPD Y7, Y7, Y7
	VXORPD Y8, Y8, Y8
	VMOVAPD Y7, Y9
	VMOVAPD Y7, Y10
	VMOVUPD ·lanesOne<>(SB), Y11
	XORQ R11, R11
	XORQ R12, R12
	MOVQ R9, DX

down:
	SUBQ $1, DX
	JLT  scanned
	MOVQ DX, AX
	SHLQ $ROWLOG, AX
	VMOVUPD (DI)(AX*1), Y12
	VMOVUPD (SI)(AX*1), Y13
	VMULPD ROW(SI)(AX*1), Y13, Y13
	VANDPD ·lanesAbs<>(SB), Y13, Y13
	VMULPD ·lanesEps<>(SB), Y13, Y13
	VANDPD ·lanesAbs<>(SB), Y12, Y14
	VMULPD Y14, Y14, Y0
	VCMPPD $30, Y13, Y0, Y0        // e² > eps²·|d·d|
	VCMPPD $30, Y15, Y14, Y14      // |e| > small
	VANDPD Y14, Y0, Y14            // Y14 not zero
	VANDPD Y14, Y12, Y12
	VMOVUPD Y12, (DI)(AX*1)
	VCVTSI2SDQ DX, X1, X1
	VBROADCASTSD X1, Y1            // i
	VADDPD ·lanesOne<>(SB), Y1, Y2
	VANDNPD Y14, Y7, Y0            // Y0 the block ends here
	VBLENDVPD Y0, Y2, Y6, Y6
	VBLENDVPD Y0, ROW(SI)(AX*1), Y9, Y9
	VBLENDVPD Y0, (SI)(AX*1), Y10, Y10
	VBLENDVPD Y0, Y12, Y11, Y11
	VORPD  Y0, Y7, Y7
	VORPD  Y0, Y8, Y8
	VANDPD Y14, Y8, Y8
	VBLENDVPD Y8, Y1, Y5, Y5
	VMOVMSKPD Y0, BX
	TESTQ BX, BX
	JZ    noend
	TESTQ R12, R12
	JNZ   noend
	LEAQ  1(DX), R12

noend:
	VMOVMSKPD Y8, BX
	TESTQ BX, BX
	CMOVQNE DX, R11
	JMP  down

scanned:
	VMOVMSKPD Y7, AX
	MOVQ AX, active+56(FP)
	TESTQ AX, AX
	JZ   done
	SUBQ $1, CX
	JLT  done

	// The shift. d at lo comes by a loop over the rows.
	VSUBPD Y9, Y10, Y12
	VMULPD ·lanesTwo<>(SB), Y11, Y13
	VDIVPD Y13, Y12, Y12           // h
	VMOVUPD ·lanesOne<>(SB), Y13
	VFMADD231PD Y12, Y12, Y13
	VSQRTPD Y13, Y13
	VANDPD ·lanesSign<>(SB), Y12, Y14
	VORPD  Y14, Y13, Y13
	VADDPD Y13, Y12, Y12
	VDIVPD Y12, Y11, Y11           // e/(h ± √)
	VCVTSI2SDQ R11, X4, X4
	VBROADCASTSD X4, Y4
	MOVQ R11, DX
	MOVQ R11, AX
	SHLQ $ROWLOG, AX
	VXORPD Y0, Y0, Y0

first:
	VCMPPD $0, Y5, Y4, Y14
	VBLENDVPD Y14, (SI)(AX*1), Y0, Y0
	VADDPD ·lanesOne<>(SB), Y4, Y4
	ADDQ $ROW, AX
	ADDQ $1, DX
	CMPQ DX, R12
	JLT  first
	VSUBPD Y9, Y0, Y0
	VADDPD Y11, Y0, Y0             // g
	VMOVUPD ·lanesOne<>(SB), Y1
	VMOVAPD Y1, Y2
	VXORPD Y3, Y3, Y3
	VCVTSI2SDQ R11, X4, X4
	VBROADCASTSD X4, Y4
	MOVQ R11, DX
	MOVQ DX, AX
	SHLQ $ROWLOG, AX
	MOVQ R10, BX
	IMULQ DX, BX
	ADDQ R8, BX                    // row i of z

sweep:
	VMOVUPD (DI)(AX*1), Y8
	VMULPD Y2, Y8, Y9              // f
	VMULPD Y1, Y8, Y10             // b
	VMULPD Y9, Y9, Y11
	VFMADD231PD Y0, Y0, Y11        // h
	VSQRTPD Y11, Y12               // r
	VCMPPD $17, ·lanesTiny<>(SB), Y11, Y15
	VDIVPD Y12, Y0, Y13            // c
	VDIVPD Y12, Y9, Y14            // s
	VBLENDVPD Y15, Y0, Y12, Y12
	VBLENDVPD Y15, ·lanesOne<>(SB), Y13, Y13
	VANDNPD Y14, Y15, Y14
	VCMPPD $2, Y4, Y5, Y15         // lo ≤ i
	VCMPPD $1, Y6, Y4, Y11         // i < hi
	VANDPD Y11, Y15, Y15           // Y15 within the block
	CMPQ DX, R11
	JEQ  head
	VCMPPD $1, Y4, Y5, Y11         // lo < i
	VANDPD Y15, Y11, Y11
	VMOVUPD -ROW(DI)(AX*1), Y9
	VBLENDVPD Y11, Y12, Y9, Y9
	VMOVUPD Y9, -ROW(DI)(AX*1)

head:
	VMOVUPD (SI)(AX*1), Y7
	VSUBPD Y3, Y7, Y9              // g
	VMOVUPD ROW(SI)(AX*1), Y12
	VSUBPD Y9, Y12, Y11
	VMULPD Y13, Y10, Y12
	VADDPD Y12, Y12, Y12           // 2·c·b
	VFMADD231PD Y14, Y11, Y12      // r
	VMULPD Y14, Y12, Y11           // p
	VADDPD Y11, Y9, Y9             // d
	VBLENDVPD Y15, Y9, Y7, Y7
	VMOVUPD Y7, (SI)(AX*1)
	VFMSUB231PD Y13, Y12, Y10      // g = c·r − b
	VBLENDVPD Y15, Y10, Y0, Y0
	VBLENDVPD Y15, Y13, Y1, Y1
	VBLENDVPD Y15, Y14, Y2, Y2
	VBLENDVPD Y15, Y11, Y3, Y3
	VADDPD ·lanesOne<>(SB), Y4, Y4
	VCMPPD $0, Y4, Y6, Y12         // hi = i+1: the last rotation
	VANDPD Y15, Y12, Y12
	VMOVUPD ROW(SI)(AX*1), Y9
	VSUBPD Y3, Y9, Y11
	VBLENDVPD Y12, Y11, Y9, Y9
	VMOVUPD Y9, ROW(SI)(AX*1)
	VBLENDVPD Y12, Y0, Y8, Y8
	VMOVUPD Y8, (DI)(AX*1)
	VMOVUPD ·lanesOne<>(SB), Y12
	VBLENDVPD Y15, Y13, Y12, Y13   // c, 1 outside
	VANDPD Y14, Y15, Y14           // s, 0 outside
	ADDQ $ROW, AX
	LEAQ (BX)(R10*1), R13
	MOVQ R13, R15
	CMPQ BX, R13
	JEQ  rotated

rotate:
	VMOVUPD (BX), Y8
	VMOVUPD (R13), Y9
	VMULPD Y9, Y14, Y10
	VMULPD Y8, Y14, Y11
	VFMADD231PD Y8, Y13, Y10
	VFMSUB231PD Y9, Y13, Y11
	VMOVUPD Y10, (BX)
	VMOVUPD Y11, (R13)
	ADDQ $ROW, BX
	ADDQ $ROW, R13
	CMPQ BX, R15
	JLT  rotate

rotated:
	ADDQ $1, DX
	CMPQ DX, R12
	JLT  sweep
	JMP  scan

done:
	// −0 becomes +0.
	MOVQ m+0(FP), AX
	IMULQ R10, AX
	ADDQ R8, AX
	VXORPD Y0, Y0, Y0

positive:
	CMPQ R8, AX
	JGE  end
	VADDPD (R8), Y0, Y1
	VMOVUPD Y1, (R8)
	ADDQ $ROW, R8
	JMP  positive

end:
	VZEROUPPER
	RET
