package io.encodectr.scoring;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why candidates scored as they did: everything between a stored user and a logit.
 *
 * @param user the user's id
 * @param known whether the generation knows the user, and they were not forgotten since
 * @param method the model's method
 * @param asOf behaviors before this time are represented
 * @param time of the request
 * @param behaviors the user's behaviors before the as-of time
 * @param represented how many of them the interests stand for
 * @param interests the user's interests; empty without history, or for a method without interests
 * @param recent the real-time behaviors, stored ones and events since, oldest first
 * @param inputParts what the numbers of {@link Candidate#input} are
 * @param candidates in the order asked for
 */
public record Explanation(
    String user,
    boolean known,
    String method,
    long asOf,
    long time,
    int behaviors,
    int represented,
    List<Interest> interests,
    List<Behavior> recent,
    List<InputPart> inputParts,
    List<Candidate> candidates) {

  /**
   * One interest u_k (Eq. 8).
   *
   * @param mass all behaviors in its cluster
   * @param logitFactor what its similarity is multiplied by in Eq. 10; 1 unless the model knows
   *     masses
   * @param logitTerm what is added to its logit then; 0 unless the model knows masses
   * @param vector d numbers
   * @param members its heaviest items, at most 8, the heaviest first; their weights add up to 1
   *     only where the cluster has no further item
   */
  public record Interest(
      int mass, float logitFactor, float logitTerm, List<Float> vector, List<Member> members) {}

  /**
   * An item of a cluster.
   *
   * @param name display name, or null
   * @param weight sum of the in-cluster weights of the user's behaviors on it
   */
  public record Member(String item, @Nullable String name, float weight) {}

  /** A real-time behavior; the name may be null. */
  public record Behavior(String item, @Nullable String name, long time) {}

  /**
   * A stretch of the tower's input.
   *
   * @param name the column, or {@code item}, {@code recent}, {@code recent*item}, {@code long},
   *     {@code long*item}
   * @param from its first number
   * @param width how many
   */
  public record InputPart(String name, int from, int width) {}

  /**
   * A candidate.
   *
   * @param name display name, or null
   * @param known whether the model knows the item; an unknown one gets the out-of-vocabulary row
   * @param interestAttention weight of each interest (Eq. 10), adds up to 1; empty without
   *     interests
   * @param recentAttention weight of each real-time behavior, adds up to 1; empty without any
   * @param input the tower's input x
   */
  public record Candidate(
      String item,
      @Nullable String name,
      boolean known,
      float probability,
      float logit,
      List<Float> interestAttention,
      List<Float> recentAttention,
      List<Float> input) {}
}
