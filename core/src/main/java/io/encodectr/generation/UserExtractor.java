package io.encodectr.generation;

import io.encodectr.cluster.SeedStream;
import io.encodectr.generation.UserInterests.Feature;
import io.encodectr.generation.UserInterests.Members;
import io.encodectr.interest.EarlierCenters;
import io.encodectr.interest.InterestExtractor;
import io.encodectr.interest.Interests;
import io.encodectr.item.ItemTable;
import io.encodectr.model.Model;
import io.encodectr.model.ModelSpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns one user's behaviors into what a generation stores of them. One instance a thread; buffers
 * grow to the longest history seen.
 */
public final class UserExtractor {
  private final ItemTable items;
  private final ModelSpec spec;
  private final @Nullable InterestExtractor extractor;
  private final Interests interests;
  private final @Nullable EarlierCenters centers;
  private int[] rows = {};

  /**
   * An extractor of a model's interests; for a method without interests, of recent behaviors.
   *
   * @param items the model's items, one row an item index
   */
  public UserExtractor(Model model, ItemTable items) {
    this.items = items;
    spec = model.spec();
    extractor = spec.clustered() ? spec.sequence().newExtractor(model::weights) : null;
    interests = new Interests(spec.clusters(), spec.dimension());
    centers =
        extractor == null
            ? null
            : new EarlierCenters(
                model.weights("projection"),
                spec.dimension(),
                spec.lowDimension(),
                spec.clusters());
  }

  /**
   * The record of a user.
   *
   * @param userHash {@link io.encodectr.dataset.IdDictionary#hash} of the user's id, which seeds
   *     the clustering
   * @param features the user's columns in the order of the model's schema; kept, not copied
   */
  public UserInterests extract(UserHistory history, long userHash, Feature[] features) {
    return extract(history, userHash, features, null);
  }

  /**
   * The record of a user of whom an earlier one is known: clustering begins where that ended, which
   * takes fewer iterations and may end elsewhere.
   *
   * @param userHash {@link io.encodectr.dataset.IdDictionary#hash} of the user's id
   * @param features the user's columns in the order of the model's schema; kept, not copied
   * @param earlier a record of the same user and model; null: there is none
   */
  public UserInterests extract(
      UserHistory history, long userHash, Feature[] features, @Nullable UserInterests earlier) {
    int known = history.count();
    int recent = Math.min(known, spec.recentLength());
    int[] recentItems = new int[recent];
    long[] recentTimes = new long[recent];
    history.lastItems(recent, recentItems);
    history.lastTimes(recent, recentTimes);
    int represented = 0;
    if (extractor != null) {
      represented = cluster(extractor, history, userHash, earlier);
    } else {
      interests.complete(0);
    }
    int count = interests.count();
    return new UserInterests(
        known,
        represented,
        Arrays.copyOf(interests.vectors(), count * spec.dimension()),
        Arrays.copyOf(interests.masses(), count),
        Arrays.copyOf(interests.massStatistics(), spec.storesMassStatistics() ? count : 0),
        extractor == null ? new Members[0] : members(extractor, count),
        recentItems,
        recentTimes,
        features);
  }

  private int cluster(
      InterestExtractor extractor,
      UserHistory history,
      long userHash,
      @Nullable UserInterests earlier) {
    int known = history.count();
    int length = spec.longLength() == 0 ? known : Math.min(known, spec.longLength());
    if (rows.length < length) {
      rows = new int[length + length / 2];
    }
    history.lastItems(length, rows);
    long seed = SeedStream.mix(userHash, spec.clusterSeed());
    EarlierCenters start =
        centers == null || earlier == null
            ? EarlierCenters.NONE
            : centers.of(earlier.vectors(), earlier.count());
    extractor.extract(items, rows, 0, length, seed, start, interests);
    return extractor.size();
  }

  private static Members[] members(InterestExtractor extractor, int count) {
    TopItems[] top = new TopItems[count];
    for (int k = 0; k < count; k++) {
      top[k] = new TopItems();
    }
    for (int i = 0; i < extractor.size(); i++) {
      top[extractor.clusters()[i]].add(extractor.rows()[i], extractor.weights()[i]);
    }
    return Arrays.stream(top).map(TopItems::members).toArray(Members[]::new);
  }

  /** The heaviest items of one cluster; items arrive in ascending order, repeats together. */
  private static final class TopItems {
    private final int[] items = new int[RecordFormat.MAX_MEMBERS + 1];
    private final float[] weights = new float[RecordFormat.MAX_MEMBERS + 1];
    private int size;
    private int pending = -1;
    private float pendingWeight;

    void add(int item, float weight) {
      if (item != pending) {
        place();
        pending = item;
        pendingWeight = 0;
      }
      pendingWeight += weight;
    }

    Members members() {
      place();
      pending = -1;
      return new Members(Arrays.copyOf(items, size), Arrays.copyOf(weights, size));
    }

    private void place() {
      if (pending < 0) {
        return;
      }
      int at = size;
      for (; at > 0 && weights[at - 1] < pendingWeight; at--) {
        items[at] = items[at - 1];
        weights[at] = weights[at - 1];
      }
      items[at] = pending;
      weights[at] = pendingWeight;
      size = Math.min(size + 1, RecordFormat.MAX_MEMBERS);
    }
  }
}
