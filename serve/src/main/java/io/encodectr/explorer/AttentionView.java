package io.encodectr.explorer;

import java.util.List;

/**
 * How candidates got their scores. Weights and scores are the scorer's own; where a number here is
 * a product or a rest of weights, it says so.
 *
 * @param user the user's id
 * @param generation id of the generation
 * @param live whether it is the one in service; only then events count
 * @param time of the request, from which hour and weekday are derived
 * @param events events since the generation that the scorer read, tried clicks included
 * @param tried items whose click was tried, none of it stored
 * @param candidates in the order asked for
 * @param items all items that occur
 */
public record AttentionView(
    String user,
    String generation,
    boolean live,
    long time,
    int events,
    List<String> tried,
    List<Candidate> candidates,
    List<ItemCard> items) {

  /**
   * A candidate.
   *
   * @param item index in {@link AttentionView#items}
   * @param probability of a click, in [0, 1]
   * @param logit its log-odds
   * @param clusters attention to each interest, in the order of the generation; empty without
   * @param recent attention to each real-time behavior, oldest first
   */
  public record Candidate(
      int item,
      float probability,
      float logit,
      List<ClusterFlow> clusters,
      List<RecentFlow> recent) {}

  /**
   * Attention to an interest.
   *
   * @param weight a_k (Eq. 10); those of a candidate add up to 1
   * @param members its heaviest items, the heaviest first
   * @param rest what of {@code weight} goes to items beyond those
   */
  public record ClusterFlow(float weight, List<MemberFlow> members, float rest) {}

  /**
   * Attention to an item in a cluster.
   *
   * @param item index in {@link AttentionView#items}
   * @param weight sum of the in-cluster weights w_i of the behaviors on it (Eq. 8)
   * @param share a_k·w_i
   */
  public record MemberFlow(int item, float weight, float share) {}

  /**
   * Attention to a real-time behavior.
   *
   * @param weight those of a candidate add up to 1
   * @param event whether it is an event since the generation
   */
  public record RecentFlow(int item, long time, float weight, boolean event) {}
}
