// The tiles of the function above, by width (two vectors, the second of them masked or not, one, half of one) and height: entries of BODY.

tile2A_12:
	TILE(STEP2_12, AHEAD2, FETCH4, MIX2_12, ADD2_12, SCALE2_12, PUT2_12, one2A_12, fours2A_12, segment2A_12, four2A_12, done2A_12, add2A_12, mix2A_12, put2A_12)

tile2A_11:
	TILE(STEP2_11, AHEAD2, FETCH4, MIX2_11, ADD2_11, SCALE2_11, PUT2_11, one2A_11, fours2A_11, segment2A_11, four2A_11, done2A_11, add2A_11, mix2A_11, put2A_11)

tile2A_10:
	TILE(STEP2_10, AHEAD2, FETCH4, MIX2_10, ADD2_10, SCALE2_10, PUT2_10, one2A_10, fours2A_10, segment2A_10, four2A_10, done2A_10, add2A_10, mix2A_10, put2A_10)

tile2A_9:
	TILE(STEP2_9, AHEAD2, FETCH4, MIX2_9, ADD2_9, SCALE2_9, PUT2_9, one2A_9, fours2A_9, segment2A_9, four2A_9, done2A_9, add2A_9, mix2A_9, put2A_9)

tile2A_8:
	TILE(STEP2_8, AHEAD2, FETCH4, MIX2_8, ADD2_8, SCALE2_8, PUT2_8, one2A_8, fours2A_8, segment2A_8, four2A_8, done2A_8, add2A_8, mix2A_8, put2A_8)

tile2A_7:
	TILE(STEP2_7, AHEAD2, FETCH4, MIX2_7, ADD2_7, SCALE2_7, PUT2_7, one2A_7, fours2A_7, segment2A_7, four2A_7, done2A_7, add2A_7, mix2A_7, put2A_7)

tile2A_6:
	TILE(STEP2_6, AHEAD2, FETCH4, MIX2_6, ADD2_6, SCALE2_6, PUT2_6, one2A_6, fours2A_6, segment2A_6, four2A_6, done2A_6, add2A_6, mix2A_6, put2A_6)

tile2A_5:
	TILE(STEP2_5, AHEAD2, FETCH4, MIX2_5, ADD2_5, SCALE2_5, PUT2_5, one2A_5, fours2A_5, segment2A_5, four2A_5, done2A_5, add2A_5, mix2A_5, put2A_5)

tile2A_4:
	TILE(STEP2_4, AHEAD2, FETCH4, MIX2_4, ADD2_4, SCALE2_4, PUT2_4, one2A_4, fours2A_4, segment2A_4, four2A_4, done2A_4, add2A_4, mix2A_4, put2A_4)

tile2A_3:
	TILE(STEP2_3, AHEAD2, FETCH4, MIX2_3, ADD2_3, SCALE2_3, PUT2_3, one2A_3, fours2A_3, segment2A_3, four2A_3, done2A_3, add2A_3, mix2A_3, put2A_3)

tile2A_2:
	TILE(STEP2_2, AHEAD2, FETCH4, MIX2_2, ADD2_2, SCALE2_2, PUT2_2, one2A_2, fours2A_2, segment2A_2, four2A_2, done2A_2, add2A_2, mix2A_2, put2A_2)

tile2A_1:
	TILE(STEP2_1, AHEAD2, FETCH4, MIX2_1, ADD2_1, SCALE2_1, PUT2_1, one2A_1, fours2A_1, segment2A_1, four2A_1, done2A_1, add2A_1, mix2A_1, put2A_1)

tile2_12:
	TILE(STEP2_12, AHEAD0, FETCH2, MIX2_12, ADD2_12, SCALE2_12, PUT2_12, one2_12, fours2_12, segment2_12, four2_12, done2_12, add2_12, mix2_12, put2_12)

tile2_11:
	TILE(STEP2_11, AHEAD0, FETCH2, MIX2_11, ADD2_11, SCALE2_11, PUT2_11, one2_11, fours2_11, segment2_11, four2_11, done2_11, add2_11, mix2_11, put2_11)

tile2_10:
	TILE(STEP2_10, AHEAD0, FETCH2, MIX2_10, ADD2_10, SCALE2_10, PUT2_10, one2_10, fours2_10, segment2_10, four2_10, done2_10, add2_10, mix2_10, put2_10)

tile2_9:
	TILE(STEP2_9, AHEAD0, FETCH2, MIX2_9, ADD2_9, SCALE2_9, PUT2_9, one2_9, fours2_9, segment2_9, four2_9, done2_9, add2_9, mix2_9, put2_9)

tile2_8:
	TILE(STEP2_8, AHEAD0, FETCH2, MIX2_8, ADD2_8, SCALE2_8, PUT2_8, one2_8, fours2_8, segment2_8, four2_8, done2_8, add2_8, mix2_8, put2_8)

tile2_7:
	TILE(STEP2_7, AHEAD0, FETCH2, MIX2_7, ADD2_7, SCALE2_7, PUT2_7, one2_7, fours2_7, segment2_7, four2_7, done2_7, add2_7, mix2_7, put2_7)

tile2_6:
	TILE(STEP2_6, AHEAD0, FETCH2, MIX2_6, ADD2_6, SCALE2_6, PUT2_6, one2_6, fours2_6, segment2_6, four2_6, done2_6, add2_6, mix2_6, put2_6)

tile2_5:
	TILE(STEP2_5, AHEAD0, FETCH2, MIX2_5, ADD2_5, SCALE2_5, PUT2_5, one2_5, fours2_5, segment2_5, four2_5, done2_5, add2_5, mix2_5, put2_5)

tile2_4:
	TILE(STEP2_4, AHEAD0, FETCH2, MIX2_4, ADD2_4, SCALE2_4, PUT2_4, one2_4, fours2_4, segment2_4, four2_4, done2_4, add2_4, mix2_4, put2_4)

tile2_3:
	TILE(STEP2_3, AHEAD0, FETCH2, MIX2_3, ADD2_3, SCALE2_3, PUT2_3, one2_3, fours2_3, segment2_3, four2_3, done2_3, add2_3, mix2_3, put2_3)

tile2_2:
	TILE(STEP2_2, AHEAD0, FETCH2, MIX2_2, ADD2_2, SCALE2_2, PUT2_2, one2_2, fours2_2, segment2_2, four2_2, done2_2, add2_2, mix2_2, put2_2)

tile2_1:
	TILE(STEP2_1, AHEAD0, FETCH2, MIX2_1, ADD2_1, SCALE2_1, PUT2_1, one2_1, fours2_1, segment2_1, four2_1, done2_1, add2_1, mix2_1, put2_1)

tileM_12:
	TILE(STEPM_12, AHEAD0, FETCH2, MIXM_12, ADDM_12, SCALE2_12, PUTM_12, oneM_12, foursM_12, segmentM_12, fourM_12, doneM_12, addM_12, mixM_12, putM_12)

tileM_11:
	TILE(STEPM_11, AHEAD0, FETCH2, MIXM_11, ADDM_11, SCALE2_11, PUTM_11, oneM_11, foursM_11, segmentM_11, fourM_11, doneM_11, addM_11, mixM_11, putM_11)

tileM_10:
	TILE(STEPM_10, AHEAD0, FETCH2, MIXM_10, ADDM_10, SCALE2_10, PUTM_10, oneM_10, foursM_10, segmentM_10, fourM_10, doneM_10, addM_10, mixM_10, putM_10)

tileM_9:
	TILE(STEPM_9, AHEAD0, FETCH2, MIXM_9, ADDM_9, SCALE2_9, PUTM_9, oneM_9, foursM_9, segmentM_9, fourM_9, doneM_9, addM_9, mixM_9, putM_9)

tileM_8:
	TILE(STEPM_8, AHEAD0, FETCH2, MIXM_8, ADDM_8, SCALE2_8, PUTM_8, oneM_8, foursM_8, segmentM_8, fourM_8, doneM_8, addM_8, mixM_8, putM_8)

tileM_7:
	TILE(STEPM_7, AHEAD0, FETCH2, MIXM_7, ADDM_7, SCALE2_7, PUTM_7, oneM_7, foursM_7, segmentM_7, fourM_7, doneM_7, addM_7, mixM_7, putM_7)

tileM_6:
	TILE(STEPM_6, AHEAD0, FETCH2, MIXM_6, ADDM_6, SCALE2_6, PUTM_6, oneM_6, foursM_6, segmentM_6, fourM_6, doneM_6, addM_6, mixM_6, putM_6)

tileM_5:
	TILE(STEPM_5, AHEAD0, FETCH2, MIXM_5, ADDM_5, SCALE2_5, PUTM_5, oneM_5, foursM_5, segmentM_5, fourM_5, doneM_5, addM_5, mixM_5, putM_5)

tileM_4:
	TILE(STEPM_4, AHEAD0, FETCH2, MIXM_4, ADDM_4, SCALE2_4, PUTM_4, oneM_4, foursM_4, segmentM_4, fourM_4, doneM_4, addM_4, mixM_4, putM_4)

tileM_3:
	TILE(STEPM_3, AHEAD0, FETCH2, MIXM_3, ADDM_3, SCALE2_3, PUTM_3, oneM_3, foursM_3, segmentM_3, fourM_3, doneM_3, addM_3, mixM_3, putM_3)

tileM_2:
	TILE(STEPM_2, AHEAD0, FETCH2, MIXM_2, ADDM_2, SCALE2_2, PUTM_2, oneM_2, foursM_2, segmentM_2, fourM_2, doneM_2, addM_2, mixM_2, putM_2)

tileM_1:
	TILE(STEPM_1, AHEAD0, FETCH2, MIXM_1, ADDM_1, SCALE2_1, PUTM_1, oneM_1, foursM_1, segmentM_1, fourM_1, doneM_1, addM_1, mixM_1, putM_1)

tile1_12:
	TILE(STEP1_12, AHEAD0, FETCH2, MIX1_12, ADD1_12, SCALE1_12, PUT1_12, one1_12, fours1_12, segment1_12, four1_12, done1_12, add1_12, mix1_12, put1_12)

tile1_11:
	TILE(STEP1_11, AHEAD0, FETCH2, MIX1_11, ADD1_11, SCALE1_11, PUT1_11, one1_11, fours1_11, segment1_11, four1_11, done1_11, add1_11, mix1_11, put1_11)

tile1_10:
	TILE(STEP1_10, AHEAD0, FETCH2, MIX1_10, ADD1_10, SCALE1_10, PUT1_10, one1_10, fours1_10, segment1_10, four1_10, done1_10, add1_10, mix1_10, put1_10)

tile1_9:
	TILE(STEP1_9, AHEAD0, FETCH2, MIX1_9, ADD1_9, SCALE1_9, PUT1_9, one1_9, fours1_9, segment1_9, four1_9, done1_9, add1_9, mix1_9, put1_9)

tile1_8:
	TILE(STEP1_8, AHEAD0, FETCH2, MIX1_8, ADD1_8, SCALE1_8, PUT1_8, one1_8, fours1_8, segment1_8, four1_8, done1_8, add1_8, mix1_8, put1_8)

tile1_7:
	TILE(STEP1_7, AHEAD0, FETCH2, MIX1_7, ADD1_7, SCALE1_7, PUT1_7, one1_7, fours1_7, segment1_7, four1_7, done1_7, add1_7, mix1_7, put1_7)

tile1_6:
	TILE(STEP1_6, AHEAD0, FETCH2, MIX1_6, ADD1_6, SCALE1_6, PUT1_6, one1_6, fours1_6, segment1_6, four1_6, done1_6, add1_6, mix1_6, put1_6)

tile1_5:
	TILE(STEP1_5, AHEAD0, FETCH2, MIX1_5, ADD1_5, SCALE1_5, PUT1_5, one1_5, fours1_5, segment1_5, four1_5, done1_5, add1_5, mix1_5, put1_5)

tile1_4:
	TILE(STEP1_4, AHEAD0, FETCH2, MIX1_4, ADD1_4, SCALE1_4, PUT1_4, one1_4, fours1_4, segment1_4, four1_4, done1_4, add1_4, mix1_4, put1_4)

tile1_3:
	TILE(STEP1_3, AHEAD0, FETCH2, MIX1_3, ADD1_3, SCALE1_3, PUT1_3, one1_3, fours1_3, segment1_3, four1_3, done1_3, add1_3, mix1_3, put1_3)

tile1_2:
	TILE(STEP1_2, AHEAD0, FETCH2, MIX1_2, ADD1_2, SCALE1_2, PUT1_2, one1_2, fours1_2, segment1_2, four1_2, done1_2, add1_2, mix1_2, put1_2)

tile1_1:
	TILE(STEP1_1, AHEAD0, FETCH2, MIX1_1, ADD1_1, SCALE1_1, PUT1_1, one1_1, fours1_1, segment1_1, four1_1, done1_1, add1_1, mix1_1, put1_1)

tileH_12:
	TILE(STEPH_12, AHEAD0, FETCH2, MIXH_12, ADDH_12, SCALEH_12, PUTH_12, oneH_12, foursH_12, segmentH_12, fourH_12, doneH_12, addH_12, mixH_12, putH_12)

tileH_11:
	TILE(STEPH_11, AHEAD0, FETCH2, MIXH_11, ADDH_11, SCALEH_11, PUTH_11, oneH_11, foursH_11, segmentH_11, fourH_11, doneH_11, addH_11, mixH_11, putH_11)

tileH_10:
	TILE(STEPH_10, AHEAD0, FETCH2, MIXH_10, ADDH_10, SCALEH_10, PUTH_10, oneH_10, foursH_10, segmentH_10, fourH_10, doneH_10, addH_10, mixH_10, putH_10)

tileH_9:
	TILE(STEPH_9, AHEAD0, FETCH2, MIXH_9, ADDH_9, SCALEH_9, PUTH_9, oneH_9, foursH_9, segmentH_9, fourH_9, doneH_9, addH_9, mixH_9, putH_9)

tileH_8:
	TILE(STEPH_8, AHEAD0, FETCH2, MIXH_8, ADDH_8, SCALEH_8, PUTH_8, oneH_8, foursH_8, segmentH_8, fourH_8, doneH_8, addH_8, mixH_8, putH_8)

tileH_7:
	TILE(STEPH_7, AHEAD0, FETCH2, MIXH_7, ADDH_7, SCALEH_7, PUTH_7, oneH_7, foursH_7, segmentH_7, fourH_7, doneH_7, addH_7, mixH_7, putH_7)

tileH_6:
	TILE(STEPH_6, AHEAD0, FETCH2, MIXH_6, ADDH_6, SCALEH_6, PUTH_6, oneH_6, foursH_6, segmentH_6, fourH_6, doneH_6, addH_6, mixH_6, putH_6)

tileH_5:
	TILE(STEPH_5, AHEAD0, FETCH2, MIXH_5, ADDH_5, SCALEH_5, PUTH_5, oneH_5, foursH_5, segmentH_5, fourH_5, doneH_5, addH_5, mixH_5, putH_5)

tileH_4:
	TILE(STEPH_4, AHEAD0, FETCH2, MIXH_4, ADDH_4, SCALEH_4, PUTH_4, oneH_4, foursH_4, segmentH_4, fourH_4, doneH_4, addH_4, mixH_4, putH_4)

tileH_3:
	TILE(STEPH_3, AHEAD0, FETCH2, MIXH_3, ADDH_3, SCALEH_3, PUTH_3, oneH_3, foursH_3, segmentH_3, fourH_3, doneH_3, addH_3, mixH_3, putH_3)

tileH_2:
	TILE(STEPH_2, AHEAD0, FETCH2, MIXH_2, ADDH_2, SCALEH_2, PUTH_2, oneH_2, foursH_2, segmentH_2, fourH_2, doneH_2, addH_2, mixH_2, putH_2)

tileH_1:
	TILE(STEPH_1, AHEAD0, FETCH2, MIXH_1, ADDH_1, SCALEH_1, PUTH_1, oneH_1, foursH_1, segmentH_1, fourH_1, doneH_1, addH_1, mixH_1, putH_1)
