package io.encodectr.sequence;

import io.encodectr.attention.TargetAttention;
import io.encodectr.cluster.SeedStream;
import io.encodectr.interest.InterestExtractor;
import io.encodectr.interest.Interests;
import io.encodectr.item.ItemTable;
import io.encodectr.relevance.Relevance;

/**
 * ENCODE: target attention over at most K interests (Eq. 10), extracted here from a history or
 * taken ready-made from a store. Both ways give the same bits.
 */
public final class InterestSequence implements LongSequence {
  private final InterestExtractor extractor;
  private final TargetAttention attention;
  private final float[] defaultVector;
  private final Interests interests;
  private final long clusterSeed;

  /**
   * ENCODE's long sequence.
   *
   * @param relevance the model's cosine relevance, for every step
   * @param clusters K
   * @param iterations T
   * @param lowDimension m
   * @param clusterSeed the model's seed of k-means++
   * @param defaultVector stands for an empty history (d floats)
   */
  public InterestSequence(
      Relevance relevance,
      int clusters,
      int iterations,
      int lowDimension,
      long clusterSeed,
      float[] defaultVector) {
    extractor = new InterestExtractor(relevance, clusters, iterations, lowDimension);
    attention = new TargetAttention(relevance, defaultVector.length);
    interests = new Interests(clusters, defaultVector.length);
    this.clusterSeed = clusterSeed;
    this.defaultVector = defaultVector;
  }

  @Override
  public void history(ItemTable items, int[] rows, int from, int count, long userHash) {
    extractor.extract(items, rows, from, count, SeedStream.mix(userHash, clusterSeed), interests);
    attention.interests(interests);
  }

  /** Takes interests that were extracted before. */
  public void interests(Interests stored) {
    attention.interests(stored);
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
