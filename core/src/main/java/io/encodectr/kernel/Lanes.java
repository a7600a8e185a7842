package io.encodectr.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Eight float lanes: reductions in one fixed order, 8×8 transposition, exp. Always 256 bits where
 * lanes are added up, so that wider machines give the same bits. Small enough to be inlined into
 * every kernel.
 */
final class Lanes {
  static final VectorSpecies<Float> F8 = FloatVector.SPECIES_256;
  static final VectorSpecies<Float> F4 = FloatVector.SPECIES_128;

  /**
   * As wide as the machine computes at once, 256 or 512 bits: for kernels in which each lane is a
   * sum of its own, so that the width cannot be seen in the bits.
   */
  static final VectorSpecies<Float> WIDE =
      FloatVector.SPECIES_PREFERRED.length() > 8 ? FloatVector.SPECIES_512 : F8;

  private static final VectorShuffle<Float> SWAP1 =
      VectorShuffle.fromValues(F8, 1, 0, 3, 2, 5, 4, 7, 6);
  private static final VectorShuffle<Float> SWAP2 =
      VectorShuffle.fromValues(F8, 2, 3, 0, 1, 6, 7, 4, 5);
  private static final VectorShuffle<Float> SWAP4 =
      VectorShuffle.fromValues(F8, 4, 5, 6, 7, 0, 1, 2, 3);
  private static final VectorMask<Float> ODD1 = VectorMask.fromLong(F8, 0b10101010);
  private static final VectorMask<Float> ODD2 = VectorMask.fromLong(F8, 0b11001100);
  private static final VectorMask<Float> ODD4 = VectorMask.fromLong(F8, 0b11110000);

  private Lanes() {}

  static boolean native256() {
    return FloatVector.SPECIES_PREFERRED.vectorBitSize() >= 256;
  }

  static FloatVector load(float[] a, int o) {
    return FloatVector.fromArray(F8, a, o);
  }

  static FloatVector all(float x) {
    return FloatVector.broadcast(F8, x);
  }

  static FloatVector wide(float[] a, int o) {
    return FloatVector.fromArray(WIDE, a, o);
  }

  static FloatVector wideAll(float x) {
    return FloatVector.broadcast(WIDE, x);
  }

  /** ((l0+l4)+(l2+l6)) + ((l1+l5)+(l3+l7)), the tree of {@link ScalarRows#tree}. */
  static float sum(FloatVector v) {
    FloatVector x = v.add(v.rearrange(SWAP4));
    FloatVector y = x.add(x.rearrange(SWAP2));
    return y.add(y.rearrange(SWAP1)).lane(0);
  }

  static float max(FloatVector v) {
    FloatVector x = v.max(v.rearrange(SWAP4));
    FloatVector y = x.max(x.rearrange(SWAP2));
    return y.max(y.rearrange(SWAP1)).lane(0);
  }

  /** Lower half of one step of the 8×8 transposition by swaps of distance 4, 2 or 1. */
  static FloatVector low4(FloatVector a, FloatVector b) {
    return a.blend(b.rearrange(SWAP4), ODD4);
  }

  static FloatVector high4(FloatVector a, FloatVector b) {
    return a.rearrange(SWAP4).blend(b, ODD4);
  }

  static FloatVector low2(FloatVector a, FloatVector b) {
    return a.blend(b.rearrange(SWAP2), ODD2);
  }

  static FloatVector high2(FloatVector a, FloatVector b) {
    return a.rearrange(SWAP2).blend(b, ODD2);
  }

  static FloatVector low1(FloatVector a, FloatVector b) {
    return a.blend(b.rearrange(SWAP1), ODD1);
  }

  static FloatVector high1(FloatVector a, FloatVector b) {
    return a.rearrange(SWAP1).blend(b, ODD1);
  }

  /** {@link ScalarSoftmax#exp}, eight at a time. */
  static FloatVector exp(FloatVector argument) {
    FloatVector x = argument.max(ScalarSoftmax.LOWEST);
    FloatVector t = x.fma(all(ScalarSoftmax.LOG2_E), all(ScalarSoftmax.ROUNDER));
    FloatVector n = t.sub(ScalarSoftmax.ROUNDER);
    FloatVector f = n.fma(all(-ScalarSoftmax.LN2_HIGH), x);
    f = n.fma(all(-ScalarSoftmax.LN2_LOW), f);
    FloatVector p = all(ScalarSoftmax.P0);
    p = p.fma(f, all(ScalarSoftmax.P1));
    p = p.fma(f, all(ScalarSoftmax.P2));
    p = p.fma(f, all(ScalarSoftmax.P3));
    p = p.fma(f, all(ScalarSoftmax.P4));
    p = p.fma(f, all(ScalarSoftmax.P5));
    p = p.fma(f.mul(f), f).add(1f);
    return p.reinterpretAsInts()
        .add(t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
        .reinterpretAsFloats();
  }
}
