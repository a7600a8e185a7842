package io.encodectr.explorer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the service scores with.
 *
 * @param generation id of the generation in service
 * @param asOf its time, seconds since the epoch
 * @param users how many users it has
 * @param wholeHistories whether a dataset tells whole histories
 * @param note why it does not although there is one, or null
 * @param generations generations of the same model in the store, oldest time first
 */
public record Overview(
    ModelFacts model,
    String generation,
    long asOf,
    long users,
    boolean wholeHistories,
    @Nullable String note,
    List<GenerationFacts> generations) {

  /**
   * The model.
   *
   * @param clusters K; 0 for a method without interests
   * @param lowDimension m
   * @param recentLength how many real-time behaviors it attends to
   * @param longLength how many behaviors interests stand for at most; 0 = all
   */
  public record ModelFacts(
      String fingerprint,
      String method,
      int items,
      int dimension,
      int lowDimension,
      int clusters,
      int recentLength,
      int longLength,
      float beta) {}

  /** A generation. */
  public record GenerationFacts(String id, long asOf, long users, boolean live) {}
}
