package io.encodectr.explorer;

import io.encodectr.generation.Generation;
import io.encodectr.scoring.Scorer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.function.Function;

/**
 * Generations that are not in service, opened to look back and kept open while they are of use. One
 * reader at a time: looking back is for people. Thread-safe.
 */
final class PastGenerations implements AutoCloseable {
  private static final int OPEN = 3;

  private final LinkedHashMap<String, Scorer> scorers = new LinkedHashMap<>(8, 0.75f, true);

  /**
   * Runs work on a generation of the store.
   *
   * @throws io.encodectr.file.InputException if there is none of this id, it is damaged, or another
   *     model made it
   */
  synchronized <T> T read(ServedPair pair, String id, Function<Scorer, T> work) {
    String key = pair.scorer().model().model().fingerprint() + " " + id;
    Scorer scorer = scorers.get(key);
    if (scorer == null) {
      scorer = open(pair, id);
      scorers.put(key, scorer);
    }
    T result = work.apply(scorer);
    while (scorers.size() > OPEN) {
      scorers.pollFirstEntry().getValue().close();
    }
    return result;
  }

  private static Scorer open(ServedPair pair, String id) {
    try {
      Generation generation = Generation.open(pair.store().generation(id));
      try {
        return Scorer.of(pair.scorer().model(), generation);
      } catch (RuntimeException e) {
        generation.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open generation " + id, e);
    }
  }

  @Override
  public synchronized void close() {
    scorers.values().forEach(Scorer::close);
    scorers.clear();
  }
}
