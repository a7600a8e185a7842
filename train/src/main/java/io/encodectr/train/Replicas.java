package io.encodectr.train;

import io.encodectr.train.optimizer.Parameter;
import io.encodectr.train.process.ProcessGroup;
import java.util.List;

/** The processes' copies of the parameters, which have to stay equal to the last bit. */
final class Replicas {
  private static final long FACTOR = 0x9e3779b97f4a7c15L;

  private Replicas() {}

  /**
   * Compares all processes' parameters and moments by a fingerprint.
   *
   * @param step after which they are compared
   * @throws IllegalStateException if they differ, in every process
   */
  static void requireEqual(ProcessGroup group, List<Parameter> parameters, long step) {
    if (group.size() == 1) {
      return;
    }
    long own = fingerprint(parameters);
    // Each process fills places of its own; a double holds 32 bits exactly.
    double[] halves = new double[2 * group.size()];
    halves[2 * group.rank()] = own >>> 32;
    halves[2 * group.rank() + 1] = own & 0xffff_ffffL;
    group.sum(halves);
    for (int other = 1; other < group.size(); other++) {
      if (halves[2 * other] != halves[0] || halves[2 * other + 1] != halves[1]) {
        throw new IllegalStateException(
            "the parameters of process "
                + other
                + " differ from those of process 0 after step "
                + step
                + ": the processes do not compute alike. Do all of them run the same build of"
                + " Encode and of Java, on sound memory?");
      }
    }
  }

  private static long fingerprint(List<Parameter> parameters) {
    long hash = 0;
    for (Parameter parameter : parameters) {
      for (float[] array : List.of(parameter.values(), parameter.first(), parameter.second())) {
        for (float value : array) {
          hash = (hash ^ Float.floatToRawIntBits(value)) * FACTOR;
        }
      }
    }
    return hash;
  }
}
