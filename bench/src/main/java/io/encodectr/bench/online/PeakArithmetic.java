package io.encodectr.bench.online;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The most float32 multiply-adds a core can do: chains in registers, no memory. */
final class PeakArithmetic {
  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
  private static final int CHAINS = 12;

  private PeakArithmetic() {}

  /** Multiply-adds of so many steps. */
  static long multiplyAdds(int steps) {
    return (long) steps * CHAINS * LANES.length();
  }

  /** Does them; the result is to be used, or the compiler leaves them out. */
  static float run(int steps, float factor) {
    FloatVector a = FloatVector.broadcast(LANES, factor);
    FloatVector b = FloatVector.broadcast(LANES, 1 - factor);
    FloatVector s0 = a;
    FloatVector s1 = a;
    FloatVector s2 = a;
    FloatVector s3 = a;
    FloatVector s4 = a;
    FloatVector s5 = a;
    FloatVector s6 = b;
    FloatVector s7 = b;
    FloatVector s8 = b;
    FloatVector s9 = b;
    FloatVector s10 = b;
    FloatVector s11 = b;
    for (int i = 0; i < steps; i++) {
      s0 = s0.fma(a, b);
      s1 = s1.fma(a, b);
      s2 = s2.fma(a, b);
      s3 = s3.fma(a, b);
      s4 = s4.fma(a, b);
      s5 = s5.fma(a, b);
      s6 = s6.fma(a, b);
      s7 = s7.fma(a, b);
      s8 = s8.fma(a, b);
      s9 = s9.fma(a, b);
      s10 = s10.fma(a, b);
      s11 = s11.fma(a, b);
    }
    FloatVector first = s0.add(s1).add(s2).add(s3).add(s4).add(s5);
    FloatVector second = s6.add(s7).add(s8).add(s9).add(s10).add(s11);
    return first.add(second).lane(0);
  }
}
