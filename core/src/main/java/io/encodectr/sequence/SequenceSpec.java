package io.encodectr.sequence;

import io.encodectr.cluster.Clustering;
import io.encodectr.interest.ClusterMass;
import io.encodectr.interest.InterestExtractor;
import io.encodectr.interest.PriorWeights;
import io.encodectr.relevance.Relevance;
import java.util.List;
import java.util.function.Function;

/**
 * What a model says about its long sequence.
 *
 * @param method the method
 * @param dimension d
 * @param lowDimension m; 0 if the method has no projection
 * @param clusters K
 * @param iterations T
 * @param beta β of cosine relevance
 * @param relevance of target attention
 * @param clustering kmeans, random, routing or agglomerative
 * @param mass what of a cluster's mass its logit in Eq. 10 knows: none, count, log-sum-exp, spread
 *     or learned
 * @param retrieved k, how many behaviors a retrieval method attends to
 * @param clusterSeed mixed with a user's hash to seed what is drawn for the user
 * @param fields widths of the parts of e(i): the id's, then each categorical column's
 */
public record SequenceSpec(
    Method method,
    int dimension,
    int lowDimension,
    int clusters,
    int iterations,
    float beta,
    Relevance relevance,
    String clustering,
    String mass,
    int retrieved,
    long clusterSeed,
    List<Integer> fields) {
  /** Copies the list. */
  public SequenceSpec {
    fields = List.copyOf(fields);
  }

  /** Of items that have no categorical columns. */
  public SequenceSpec(
      Method method,
      int dimension,
      int lowDimension,
      int clusters,
      int iterations,
      float beta,
      Relevance relevance,
      String clustering,
      String mass,
      int retrieved,
      long clusterSeed) {
    this(
        method,
        dimension,
        lowDimension,
        clusters,
        iterations,
        beta,
        relevance,
        clustering,
        mass,
        retrieved,
        clusterSeed,
        List.of(dimension));
  }

  /** Whether the mass is {@link ClusterMass#LEARNED}. */
  boolean learnsMass() {
    return ClusterMass.named(mass) == ClusterMass.LEARNED;
  }

  /**
   * A new extractor of interests for one thread, for a method that has clusters.
   *
   * @param weights the model's tensors by name
   */
  public InterestExtractor newExtractor(Function<String, float[]> weights) {
    Relevance cosine = Relevance.cosine(beta);
    Relevance within = relevance.isCosine() ? cosine : Relevance.dot(lowDimension);
    return new InterestExtractor(
        within,
        Clustering.named(clustering, cosine, clusters, iterations, lowDimension),
        clusters,
        ClusterMass.named(mass),
        learnsMass() ? PriorWeights.of(weights) : null);
  }
}
