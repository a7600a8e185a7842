package io.encodectr.service;

import io.encodectr.file.InputException;
import io.encodectr.generation.InterestStore;
import io.encodectr.generation.StoreLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts pairs into service as they appear: those of a watched folder, and new generations of the
 * store in service. Each is tried until it is in service or refused; one that is refused leaves the
 * old one in service, and so does a rollback until something newer comes. Looks every so often
 * rather than being told, which works on any file system. Runs on a thread of its own.
 */
public final class PairWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PairWatch.class);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  private final Activation activation;
  private final ActivePair pairs;
  private final @Nullable Path folder;
  private final Duration period;
  private final Timer timer = new Timer("encode-watch", true);
  private final Occasionally complain = new Occasionally(LONGEST_PAUSE);
  private final Pauses ofStore = new Pauses();
  private final Pauses ofFolder = new Pauses();

  /** The generation that was tried last, by its store. */
  private final Map<StoreLocation, String> lastGenerations = new HashMap<>();

  private String lastName = "";

  /**
   * @param pairs what {@code activation} puts in service
   * @param folder each folder in it, put there by one rename, holds a folder {@code model} and a
   *     folder {@code store}; the one whose name sorts last goes into service. Null: none watched
   * @param follow whether a generation goes into service that becomes current in the store of the
   *     pair in service
   * @param period between two looks
   */
  public PairWatch(
      Activation activation,
      ActivePair pairs,
      @Nullable Path folder,
      boolean follow,
      Duration period) {
    this.activation = activation;
    this.pairs = pairs;
    this.folder = folder;
    this.period = period;
    timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            if (follow) {
              look(PairWatch.this::followStore);
            }
            if (folder != null) {
              look(PairWatch.this::watchFolder);
            }
          }
        },
        0,
        period.toMillis());
  }

  private interface Look {
    void look() throws IOException;
  }

  private void look(Look look) {
    try {
      look.look();
    } catch (Activation.Busy e) {
      LOG.debug("an activation is under way; looking again later");
    } catch (Throwable e) {
      // Whatever is wrong, the next look may find it well; a timer that is thrown at never does.
      if (complain.now()) {
        LOG.warn("cannot look for new pairs", e);
      }
    }
  }

  private void followStore() throws IOException {
    if (!pairs.isPresent()) {
      return;
    }
    ScoringPair pair = pairs.acquire();
    PairLocation served;
    boolean chosen;
    InterestStore store;
    try {
      served = pair.location();
      chosen = pair.isChosen();
      store = pair.store();
    } finally {
      pair.release();
    }
    forgetOthers(served);
    String current = store.current();
    // Whoever asked for an older generation by its id keeps it until a newer one is published.
    String seen = chosen ? current : String.valueOf(served.generation());
    String last = lastGenerations.computeIfAbsent(served.store(), absent -> seen);
    if (!current.equals(last)
        && isSettled(new PairLocation(served.model(), served.store(), current), ofStore)) {
      lastGenerations.put(served.store(), current);
    }
  }

  /** Keeps in mind the store in service and the one that a rollback leads to. */
  private void forgetOthers(PairLocation served) {
    Set<StoreLocation> kept = new HashSet<>(Set.of(served.store()));
    PairDescription previous = pairs.previous();
    if (previous != null) {
      kept.add(previous.location().store());
    }
    lastGenerations.keySet().retainAll(kept);
  }

  private void watchFolder() throws IOException {
    if (folder == null) {
      return;
    }
    Optional<Path> last;
    try (Stream<Path> entries = Files.list(folder)) {
      last = entries.filter(PairWatch::isPair).max(Comparator.comparing(PairWatch::name));
    }
    if (last.isPresent() && name(last.get()).compareTo(lastName) > 0) {
      Path found = last.get();
      PairLocation pair = new PairLocation(found.resolve("model"), found.resolve("store"), null);
      if (isSettled(pair, ofFolder)) {
        lastName = name(found);
      }
    }
  }

  private static boolean isPair(Path folder) {
    return !name(folder).startsWith(".")
        && Files.isDirectory(folder.resolve("model"))
        && Files.isDirectory(folder.resolve("store"));
  }

  private static String name(Path folder) {
    return String.valueOf(folder.getFileName());
  }

  /** Tries a pair when its pause is over; whether it is in service or refused then. */
  private boolean isSettled(PairLocation pair, Pauses pauses) {
    if (!pauses.isOver(pair)) {
      return false;
    }
    try {
      activation.activate(pair);
      return true;
    } catch (InputException e) {
      LOG.debug("the old pair stays", e); // The activation has logged why and counted it.
      return true;
    } catch (Activation.LoadFailure e) {
      pauses.failed(pair);
      return false;
    }
  }

  @Override
  public void close() {
    timer.cancel();
  }

  /** When a pair is tried again that could not be loaded: after pauses that grow. */
  private final class Pauses {
    private @Nullable PairLocation failed;
    private long pause;
    private long end;

    boolean isOver(PairLocation pair) {
      return !pair.equals(failed) || System.nanoTime() - end >= 0;
    }

    void failed(PairLocation pair) {
      pause = pair.equals(failed) ? Math.min(2 * pause, LONGEST_PAUSE.toNanos()) : period.toNanos();
      failed = pair;
      end = System.nanoTime() + pause;
    }
  }
}
