package io.encodectr.explorer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A user as a generation sees them, and what they did since.
 *
 * @param user the user's id
 * @param known whether the generation knows the user
 * @param forgotten whether the user asked to be forgotten; then only later events are shown
 * @param generation id of the generation
 * @param live whether it is the one in service; only then events are shown
 * @param asOf behaviors before this time are represented, seconds since the epoch
 * @param behaviors the user's behaviors before then
 * @param represented how many of them the interests stand for
 * @param wholeTimeline whether the timeline holds every behavior, not the last ones alone
 * @param allMembers whether each behavior's cluster and weight is known, extracted again to the
 *     same bits, not of the heaviest items of each cluster alone
 * @param note why less is shown than a dataset would allow, or null
 * @param clusters the interests, in the order of the generation
 * @param timeline behaviors and events
 * @param items all items that occur; clusters and timeline refer to them by index
 */
public record UserView(
    String user,
    boolean known,
    boolean forgotten,
    String generation,
    boolean live,
    long asOf,
    int behaviors,
    int represented,
    boolean wholeTimeline,
    boolean allMembers,
    @Nullable String note,
    List<Cluster> clusters,
    Timeline timeline,
    List<ItemCard> items) {

  /**
   * A cluster of behaviors and the interest made of it.
   *
   * @param size behaviors in it
   * @param x first coordinate of its interest on the map; null without a map
   * @param y second coordinate
   * @param first time of its oldest behavior; null where not all members' times are known
   * @param median time of the behavior in its middle
   * @param last time of its latest behavior
   * @param theme what its members have in common, in a word; null where nothing stands out
   * @param categories what its members are, the heaviest category first
   * @param members its heaviest items, the heaviest first
   * @param distinct how many items it has; null where only the heaviest are known
   */
  public record Cluster(
      int size,
      @Nullable Float x,
      @Nullable Float y,
      @Nullable Long first,
      @Nullable Long median,
      @Nullable Long last,
      @Nullable String theme,
      List<CategoryShare> categories,
      List<Member> members,
      @Nullable Integer distinct) {}

  /** A category and the share of its members' weights, in (0, 1]. */
  public record CategoryShare(String category, float share) {}

  /**
   * An item of a cluster.
   *
   * @param item index in {@link UserView#items}
   * @param weight sum of the in-cluster weights of the behaviors on it (Eq. 8), in (0, 1]
   * @param behaviors how many they are; null where unknown
   */
  public record Member(int item, float weight, @Nullable Integer behaviors) {}

  /**
   * Behaviors, oldest first, and after them events.
   *
   * @param items index in {@link UserView#items} of each
   * @param times of each, seconds since the epoch
   * @param clusters of each; −1 where it has none or is not known
   * @param events how many at the end are events since the generation
   * @param omitted how many older behaviors are left out
   */
  public record Timeline(
      List<Integer> items, List<Long> times, List<Integer> clusters, int events, int omitted) {}
}
