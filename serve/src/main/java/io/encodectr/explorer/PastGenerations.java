package io.encodectr.explorer;

import io.encodectr.generation.InterestSource;
import io.encodectr.scoring.Scorer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Generations that are not in service, opened to look back and kept open while they are of use: the
 * last ones looked at, of the model in service. Readers wait for each other only while a generation
 * is opened. Thread-safe.
 */
final class PastGenerations implements AutoCloseable {
  private static final int OPEN = 3;

  private final LinkedHashMap<String, Past> generations = new LinkedHashMap<>(8, 0.75f, true);

  /** A generation; whoever lets go of it last closes it. The list's lock guards the counts. */
  private static final class Past {
    private final String model;
    private @Nullable Scorer scorer;
    private int readers;
    private boolean dropped;

    Past(String model) {
      this.model = model;
    }

    synchronized Scorer open(ServedPair pair, String id) {
      Scorer opened = scorer;
      if (opened == null) {
        opened = PastGenerations.open(pair, id);
        scorer = opened;
      }
      return opened;
    }

    synchronized boolean isOpen() {
      return scorer != null;
    }

    synchronized void close() {
      if (scorer != null) {
        scorer.close();
        scorer = null;
      }
    }
  }

  /**
   * Runs work on a generation of the store.
   *
   * @throws io.encodectr.file.InputException if there is none of this id, it is damaged, or another
   *     model made it
   */
  <T> T read(ServedPair pair, String id, Function<Scorer, T> work) {
    String model = pair.scorer().model().model().fingerprint();
    String key = model + " " + id;
    Past past = take(key, model);
    try {
      return work.apply(past.open(pair, id));
    } finally {
      letGo(key, past);
    }
  }

  private synchronized Past take(String key, String model) {
    // A model that was replaced would stay in memory with its generations.
    List<String> others =
        generations.entrySet().stream()
            .filter(entry -> !entry.getValue().model.equals(model))
            .map(Map.Entry::getKey)
            .toList();
    others.forEach(this::drop);
    Past past = generations.computeIfAbsent(key, absent -> new Past(model));
    past.readers++;
    return past;
  }

  private synchronized void letGo(String key, Past past) {
    past.readers--;
    if (!past.isOpen() && past.readers == 0) {
      generations.remove(key, past);
    }
    if (past.dropped && past.readers == 0) {
      past.close();
    }
    while (generations.size() > OPEN) {
      drop(generations.firstEntry().getKey());
    }
  }

  private void drop(String key) {
    Past past = generations.remove(key);
    if (past != null) {
      past.dropped = true;
      if (past.readers == 0) {
        past.close();
      }
    }
  }

  /** How many generations are open or being opened; for tests. */
  synchronized int size() {
    return generations.size();
  }

  private static Scorer open(ServedPair pair, String id) {
    try {
      InterestSource generation = pair.store().openGeneration(id);
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

  /** Lets go of all; what is still read is closed when its reader is done. */
  @Override
  public synchronized void close() {
    new ArrayList<>(generations.keySet()).forEach(this::drop);
  }
}
