package io.encodectr.sequence;

import io.encodectr.attention.TargetAttention;
import io.encodectr.cluster.SeedStream;
import io.encodectr.interest.ClusterMass;
import io.encodectr.interest.CrossFeatures;
import io.encodectr.interest.InterestExtractor;
import io.encodectr.interest.Interests;
import io.encodectr.interest.PriorWeights;
import io.encodectr.item.ItemTable;
import java.util.List;
import java.util.function.Function;

/**
 * ENCODE: l = Σ_k softmax_k(sim(u_k, x))·u_k, target attention over at most K interests (Eq. 10;
 * mass-aware ENCODE changes the logits as {@link ClusterMass} says), extracted here from a history
 * or taken ready-made from a store. Both ways give the same bits.
 *
 * <p>ENCODE⁻ is the same with scaled dot products where ENCODE has cosines, inside clusters and
 * here; its clusters are still formed by cosine (§4.6.2).
 */
public final class InterestSequence implements LongSequence {
  private final InterestExtractor extractor;
  private final TargetAttention attention;
  private final ClusterMass mass;
  private final float[] defaultVector;
  private final Interests interests;
  private final SortedHistory sortedHistory = new SortedHistory();
  private final long clusterSeed;

  /**
   * ENCODE's long sequence.
   *
   * @param spec of a method that has clusters
   * @param weights the model's tensors by name; training changes them in place
   */
  public InterestSequence(SequenceSpec spec, Function<String, float[]> weights) {
    extractor = spec.newExtractor(weights);
    attention = new TargetAttention(spec.relevance(), spec.dimension());
    mass = ClusterMass.named(spec.mass());
    interests = new Interests(spec.clusters(), spec.dimension());
    clusterSeed = spec.clusterSeed();
    defaultVector = weights.apply(Method.DEFAULT);
  }

  /** What {@link ClusterMass#LEARNED} learns; it starts as the paper's ENCODE. */
  static List<MethodTensor> tensors(SequenceSpec spec) {
    return spec.learnsMass()
        ? List.of(
            new MethodTensor(PriorWeights.COUNT, 1, CrossFeatures.BUCKETS, 0f, true),
            new MethodTensor(PriorWeights.RECENCY, 1, CrossFeatures.BUCKETS, 0f, true),
            new MethodTensor(PriorWeights.EXPONENT, 1, 1, 0f, true))
        : List.of();
  }

  @Override
  public void history(ItemTable items, int[] rows, int from, int count, long userHash) {
    sortedHistory.take(rows, from, count);
    extractor.extract(items, rows, from, count, SeedStream.mix(userHash, clusterSeed), interests);
    attention.interests(interests, mass);
  }

  /** Takes interests that were extracted before. */
  public void interests(Interests stored) {
    attention.interests(stored, mass);
  }

  @Override
  public void attend(
      ItemTable items, int[] targets, int from, int count, float[] out, int offset, int outStride) {
    if (attention.size() == 0) {
      DefaultVector.fill(defaultVector, count, out, offset, outStride);
    } else {
      attention.attend(items, targets, from, count, out, offset, outStride);
    }
  }

  /** q_i = a_k(i)·w_i; behaviors that the extractor left out weigh nothing. */
  @Override
  public boolean weights(ItemTable items, int target, float[] out) {
    if (attention.size() == 0) {
      return false;
    }
    attention.weigh(items, new int[] {target}, 0, 1);
    int[] all = sortedHistory.sorted();
    int next = 0;
    for (int i = 0; i < sortedHistory.count(); i++) {
      out[i] = 0f;
      if (next < extractor.size() && extractor.rows()[next] == all[i]) {
        out[i] = attention.weights()[extractor.clusters()[next]] * extractor.weights()[next];
        next++;
      }
    }
    return true;
  }

  /** The extractor, for members and their weights after {@link #history}. */
  public InterestExtractor extractor() {
    return extractor;
  }

  /** Interests of the last {@link #history}. */
  public Interests interests() {
    return interests;
  }

  /** The attention over interests, for its weights. */
  public TargetAttention attention() {
    return attention;
  }
}
