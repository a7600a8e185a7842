package io.encodectr.explorer;

import io.encodectr.cluster.SeedStream;
import io.encodectr.dataset.Behaviors;
import io.encodectr.dataset.Dataset;
import io.encodectr.file.InputException;
import io.encodectr.generation.UserInterests;
import io.encodectr.interest.InterestExtractor;
import io.encodectr.interest.Interests;
import io.encodectr.item.ItemTable;
import io.encodectr.model.DatasetMatch;
import io.encodectr.model.Model;
import io.encodectr.model.ModelSpec;
import io.encodectr.scoring.Scorer;
import io.encodectr.scoring.ScoringModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * All behaviors of all users, from a dataset. A generation keeps the heaviest items of a cluster;
 * here the extraction is repeated, and where it gives the stored interests to the last bit, every
 * behavior's cluster is known. Thread-safe; close it after the last call has returned.
 */
final class WholeHistories implements AutoCloseable {
  private final Dataset dataset;
  private volatile Match match = new Match("", null);

  /** Whether the dataset fits a model: no objection. */
  private record Match(String modelFingerprint, @Nullable String objection) {}

  private WholeHistories(Dataset dataset) {
    this.dataset = dataset;
  }

  /**
   * Opens a dataset.
   *
   * @throws InputException if it cannot be used
   */
  static WholeHistories open(Path folder) throws IOException {
    return new WholeHistories(Dataset.open(folder));
  }

  /** Why the dataset cannot tell a model's histories; null if it can. */
  @Nullable String objection(Model model) {
    Match known = match;
    if (!known.modelFingerprint().equals(model.fingerprint())) {
      known = new Match(model.fingerprint(), objectionTo(model));
      match = known;
    }
    return known.objection();
  }

  private @Nullable String objectionTo(Model model) {
    try {
      DatasetMatch.require(dataset, model);
      return null;
    } catch (InputException e) {
      return e.getMessage();
    }
  }

  /**
   * The history of a user: what the generation keeps of the last behaviors, events among them, and
   * before that what the dataset has.
   *
   * @param stored what the generation has of the user
   * @return null unless the dataset knows the user, and the generation was made of this history
   */
  @Nullable TracedHistory trace(Scorer scorer, String userId, UserInterests stored) {
    ScoringModel scoring = scorer.model();
    int user = dataset.userIds().indexOf(userId);
    int recent = stored.recentItems().length;
    int earlier = stored.behaviors() - recent;
    Behaviors behaviors = dataset.behaviors();
    if (user < 0 || behaviors.length(user) < earlier || !isTrusted(scorer, stored)) {
      return null;
    }
    int[] items = new int[stored.behaviors()];
    long[] times = new long[items.length];
    behaviors.items(user, 0, earlier, items, 0);
    behaviors.times(user, 0, earlier, times, 0);
    System.arraycopy(stored.recentItems(), 0, items, earlier, recent);
    System.arraycopy(stored.recentTimes(), 0, times, earlier, recent);
    boolean inOrder = earlier == 0 || recent == 0 || times[earlier - 1] <= times[earlier];
    int[] clusters = new int[items.length];
    float[] weights = new float[items.length];
    Arrays.fill(clusters, -1);
    boolean same =
        !scoring.model().spec().clustered()
            || cluster(scoring, user, stored, items, clusters, weights);
    return inOrder && same ? new TracedHistory(items, times, clusters, weights) : null;
  }

  /**
   * Whether nothing has to be taken on trust: the generation was made of this very dataset, or the
   * interests are made of all behaviors, so that repeating the extraction shows whether these are
   * the ones.
   */
  private boolean isTrusted(Scorer scorer, UserInterests stored) {
    ModelSpec spec = scorer.model().model().spec();
    boolean repeatable =
        spec.clustered() && (spec.longLength() == 0 || stored.behaviors() <= spec.longLength());
    return repeatable
        || dataset.info().fingerprint().equals(scorer.generation().manifest().datasetFingerprint());
  }

  /** Extracts again; whether the interests are the stored ones, bit by bit. */
  private boolean cluster(
      ScoringModel scoring,
      int user,
      UserInterests stored,
      int[] items,
      int[] clusters,
      float[] weights) {
    ModelSpec spec = scoring.model().spec();
    ItemTable table = scoring.items().table();
    int length = spec.longLength() == 0 ? items.length : Math.min(items.length, spec.longLength());
    int from = items.length - length;
    InterestExtractor extractor = spec.sequence().newExtractor(scoring.model()::weights);
    Interests interests = new Interests(spec.clusters(), spec.dimension());
    long seed = SeedStream.mix(dataset.userIds().hash(user), spec.clusterSeed());
    extractor.extract(table, items, from, length, seed, interests);
    int numbers = interests.count() * spec.dimension();
    if (interests.count() != stored.count()
        || stored.vectors().length != numbers
        || !Arrays.equals(interests.vectors(), 0, numbers, stored.vectors(), 0, numbers)) {
      return false;
    }
    long[] order = order(table, items, from);
    for (int i = 0; i < extractor.size(); i++) {
      int at = (int) order[i];
      clusters[at] = extractor.clusters()[i];
      weights[at] = extractor.weights()[i];
    }
    return true;
  }

  /** Behaviors from {@code from} on that have a direction, in the extractor's order: by item. */
  private static long[] order(ItemTable table, int[] items, int from) {
    long[] order = new long[items.length - from];
    int size = 0;
    for (int i = from; i < items.length; i++) {
      if (table.inverseLowNorms()[items[i]] != 0f) {
        order[size++] = (long) items[i] << 32 | i;
      }
    }
    Arrays.sort(order, 0, size);
    return order;
  }

  @Override
  public void close() {
    dataset.close();
  }
}
