package io.encodectr.explorer;

import io.encodectr.scoring.Scorer;
import io.encodectr.scoring.UserEvents;
import java.util.function.Function;

/** What the explorer looks at. Implementations are thread-safe. */
public interface ServedPairs {
  /** Runs work on the pair in service, which stays open until the work returns. */
  <T> T read(Function<ServedPair, T> work);

  /**
   * What a score of a user adds to what the scorer's generation holds; {@link UserEvents#NONE}
   * where no events are kept.
   */
  UserEvents events(String user, Scorer scorer);
}
