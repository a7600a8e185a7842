package io.encodectr.service;

import io.encodectr.explorer.ServedPair;
import io.encodectr.explorer.ServedPairs;
import io.encodectr.scoring.Scorer;
import io.encodectr.scoring.UserEvents;
import java.util.function.Function;

/** The service as the explorer sees it. Thread-safe. */
public final class ExploredPairs implements ServedPairs {
  private final ActivePair pairs;
  private final UserBehaviors behaviors;

  /** What is in service, and what users did since. */
  public ExploredPairs(ActivePair pairs, UserBehaviors behaviors) {
    this.pairs = pairs;
    this.behaviors = behaviors;
  }

  /**
   * {@inheritDoc}
   *
   * @throws Refusal if no pair is in service
   */
  @Override
  public <T> T read(Function<ServedPair, T> work) {
    return pairs.read(
        pair -> work.apply(new ServedPair(pair.scorer(), pair.generation(), pair.store())));
  }

  @Override
  public UserEvents events(String user, Scorer scorer) {
    return behaviors.since(user, scorer);
  }
}
