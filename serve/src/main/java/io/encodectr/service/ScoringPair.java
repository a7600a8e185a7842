package io.encodectr.service;

import io.encodectr.file.InputException;
import io.encodectr.generation.GenerationManifest;
import io.encodectr.generation.InterestSource;
import io.encodectr.generation.InterestStore;
import io.encodectr.model.Model;
import io.encodectr.model.ModelSpec;
import io.encodectr.scoring.Scorer;
import io.encodectr.scoring.ScoringModel;
import io.encodectr.scoring.ScoringOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A model and a generation, opened and checked as one, and the only thing requests are scored with:
 * an answer that took its numbers and its ids from one pair cannot mix two.
 *
 * <p>References are counted. Whoever opens a pair holds one; a request {@link #retain retains} the
 * pair while it reads and {@link #release releases} it then; the last release unmaps the
 * generation. Thread-safe.
 */
public final class ScoringPair {
  private final Scorer scorer;
  private final InterestStore store;
  private final PairLocation location;
  private final boolean chosen;
  private final AtomicInteger references = new AtomicInteger(1);

  private ScoringPair(Scorer scorer, InterestStore store, PairLocation location, boolean chosen) {
    this.scorer = scorer;
    this.store = store;
    this.location = location;
    this.chosen = chosen;
  }

  /**
   * Opens a pair and checks it: the model's checksum and values, the generation as far as {@link
   * InterestSource#verify} can, and that the two belong together. Reads files whole.
   *
   * @param store the location's store
   * @param loaded a pair whose model is used again if it is the same one; null to read the model
   * @param options how the model is made ready to score
   * @throws InputException if one is damaged or missing, or they do not belong together
   */
  public static ScoringPair open(
      InterestStore store,
      PairLocation location,
      @Nullable ScoringPair loaded,
      ScoringOptions options)
      throws IOException {
    ScoringModel model = model(location.model(), loaded, options);
    String id = location.generation() == null ? store.current() : location.generation();
    InterestSource generation = store.openGeneration(id);
    try {
      generation.verify();
      return new ScoringPair(
          Scorer.of(model, generation),
          store,
          new PairLocation(model.model().path(), location.store(), id),
          location.generation() != null);
    } catch (RuntimeException | Error e) {
      generation.close();
      throw e;
    }
  }

  private static ScoringModel model(
      Path folder, @Nullable ScoringPair loaded, ScoringOptions options) throws IOException {
    if (loaded != null) {
      ScoringModel model = loaded.scorer.model();
      if (model.options().equals(options)
          && ModelSpec.read(folder).fingerprint().equals(model.model().fingerprint())
          && folder.toRealPath().equals(model.model().path().toRealPath())) {
        return model;
      }
    }
    return ScoringModel.of(Model.load(folder), options);
  }

  /** What scores; to be used while the pair is retained only. */
  public Scorer scorer() {
    return scorer;
  }

  /** The store the generation lies in. */
  public InterestStore store() {
    return store;
  }

  /** The generation's id. */
  public String generation() {
    return String.valueOf(location.generation());
  }

  /** Whether the generation was asked for by its id, and not as the store's current one. */
  boolean isChosen() {
    return chosen;
  }

  /** Whether this is another opening of the same model and the same generation. */
  boolean isSameAs(ScoringPair other) {
    return fingerprint().equals(other.fingerprint()) && location().equals(other.location());
  }

  /** What the generation says of itself. */
  public GenerationManifest manifest() {
    return scorer.generation().manifest();
  }

  /** The model. */
  public Model model() {
    return scorer.model().model();
  }

  /** The model's fingerprint. */
  public String fingerprint() {
    return model().fingerprint();
  }

  /** Where the pair lies. */
  public PairLocation location() {
    return location;
  }

  /**
   * Takes a reference.
   *
   * @return false if the pair is closed
   */
  public boolean retain() {
    int count = references.get();
    while (count > 0) {
      int seen = references.compareAndExchange(count, count + 1);
      if (seen == count) {
        return true;
      }
      count = seen;
    }
    return false;
  }

  /**
   * Gives a reference back.
   *
   * @throws IllegalStateException if there is none left
   */
  public void release() {
    int left = references.decrementAndGet();
    if (left == 0) {
      scorer.close();
    } else if (left < 0) {
      throw new IllegalStateException("the pair was released more often than retained");
    }
  }

  /** Whether the last reference is gone. */
  public boolean isClosed() {
    return references.get() <= 0;
  }
}
