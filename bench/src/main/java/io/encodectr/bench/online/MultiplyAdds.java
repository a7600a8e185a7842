package io.encodectr.bench.online;

import io.encodectr.model.ModelSpec;
import io.encodectr.sequence.Method;

/**
 * Multiply-adds that a candidate cannot do without, the parts of the tower's first layer that
 * depend on user or item alone being known. Counted are products of matrices: similarities,
 * weighted sums, layers. Not counted are exponentials, v⊙e, and searching (bits to compare, indexes
 * to read, the largest to select), so that the retrieval methods' floor is lower than it could be.
 */
final class MultiplyAdds {
  /** SDIM's groups of hashes. */
  private static final int BUCKETS = 16;

  private MultiplyAdds() {}

  /** Of recent and long attention. */
  static long attention(ModelSpec spec, int historyLength) {
    long d = spec.dimension();
    long recent = 2 * d * Math.min(spec.recentLength(), historyLength);
    long retrieved = Math.min(spec.retrieved(), historyLength);
    long length =
        spec.longLength() == 0 ? historyLength : Math.min(spec.longLength(), historyLength);
    return recent
        + switch (Method.named(spec.method())) {
          case DIN -> 0;
          case AVG_POOLING -> 0;
          case DIN_L -> 2 * d * length;
          case ENCODE, ENCODE_MINUS -> 2 * d * Math.min(spec.clusters(), length);
          case SDIM -> d * BUCKETS;
          case TWIN -> d * d + d * length + d * retrieved + d * d;
          case SIM_HARD, UBR4CTR, ETA, ETA_ENCODE, ETA_TA -> 2 * d * retrieved;
          case MIMN -> throw new IllegalArgumentException("mimn is not counted");
        };
  }

  /** Of the tower, user and item parts known. */
  static long splitTower(int interestWidth, ModelSpec spec) {
    long first = spec.tower().get(0);
    long second = spec.tower().get(1);
    return interestWidth * first + first * second + second;
  }
}
