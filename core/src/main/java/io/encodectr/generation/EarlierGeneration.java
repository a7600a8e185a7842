package io.encodectr.generation;

import io.encodectr.file.InputException;
import io.encodectr.generation.UserInterests.Feature;
import io.encodectr.interest.InterestPrecision;
import io.encodectr.model.CodeVersion;
import io.encodectr.model.Model;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The generation that an extraction refreshes. A record of it stands for a user whose history is
 * the same: the number of behaviors, the last of them and the user's columns tell, because
 * histories only grow at their end, or are forgotten. Whoever was ever forgotten is extracted anew,
 * and so is a user whose record is damaged. Thread-safe.
 */
final class EarlierGeneration implements Closeable {
  private final Generation generation;
  private final ExtractionInput input;
  private final boolean anyForgotten;
  private final @Nullable String obstacle;

  private EarlierGeneration(
      Generation generation, ExtractionInput input, @Nullable String obstacle) {
    this.generation = generation;
    this.input = input;
    this.obstacle = obstacle;
    anyForgotten = !input.tombstones().isEmpty();
  }

  /**
   * Opens a generation.
   *
   * @param warmStart whether records may be copied that were not extracted from scratch
   * @throws InputException if another model made it
   */
  static EarlierGeneration open(
      Store store,
      String id,
      Model model,
      InterestPrecision precision,
      boolean warmStart,
      ExtractionInput input)
      throws IOException {
    Generation generation = Generation.open(store.generation(id));
    try {
      requireModel(generation.manifest(), id, model);
      return new EarlierGeneration(
          generation, input, obstacle(generation.manifest(), precision, warmStart));
    } catch (RuntimeException e) {
      generation.close();
      throw e;
    }
  }

  /**
   * Checks that a generation can be refreshed.
   *
   * @throws InputException if another model made it
   */
  static void requireModel(GenerationManifest manifest, String id, Model model) {
    if (!manifest.modelFingerprint().equals(model.fingerprint())) {
      throw new InputException(
          "generation %s is of another model (%.8s) than %s (%.8s), so nothing of it can be kept; extract without --since"
              .formatted(id, manifest.modelFingerprint(), model.path(), model.fingerprint()));
    }
  }

  /** Why none of the records is what an extraction would give; null if they are. */
  private static @Nullable String obstacle(
      GenerationManifest manifest, InterestPrecision precision, boolean warmStart) {
    if (!manifest.isIn(precision)) {
      return "its interests are not stored as " + precision.label();
    }
    if (!manifest.createdBy().equals(CodeVersion.current())) {
      return "version " + manifest.createdBy() + " made it";
    }
    if (manifest.isWarmStarted() && !warmStart) {
      return "its interests were warm-started";
    }
    return null;
  }

  /** Why all users are extracted anew; null if records are copied. */
  @Nullable String obstacle() {
    return obstacle;
  }

  /**
   * The record of a user, by the place among the users of the new generation; null for one who has
   * none that can be used.
   */
  @Nullable UserInterests find(int index) {
    String id = input.users().id(index);
    if (anyForgotten && input.tombstones().forgottenAt(id) != Tombstones.NEVER) {
      return null;
    }
    try {
      return generation.find(id);
    } catch (InputException e) {
      return null; // Damaged.
    }
  }

  /** Whether an extraction would give the record again. */
  boolean standsFor(UserInterests record, UserHistory history, Feature[] features) {
    int recent = record.recentItems().length;
    if (obstacle != null || record.behaviors() != history.count() || recent > history.count()) {
      return false;
    }
    int[] items = new int[recent];
    long[] times = new long[recent];
    history.lastItems(recent, items);
    history.lastTimes(recent, times);
    return Arrays.equals(items, record.recentItems())
        && Arrays.equals(times, record.recentTimes())
        && areEqual(features, record.features());
  }

  private static boolean areEqual(Feature[] some, Feature[] others) {
    return Arrays.equals(
        some,
        others,
        (a, b) ->
            a.continuous() == b.continuous()
                    && Float.floatToIntBits(a.number()) == Float.floatToIntBits(b.number())
                    && Arrays.equals(a.codes(), b.codes())
                ? 0
                : 1);
  }

  @Override
  public void close() {
    generation.close();
  }
}
