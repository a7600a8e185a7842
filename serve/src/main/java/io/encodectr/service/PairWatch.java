package io.encodectr.service;

import io.encodectr.file.InputException;
import io.encodectr.generation.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Timer;
import java.util.TimerTask;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts pairs into service as they appear: those of a watched folder, and new generations of a
 * store. Each is tried once; one that is refused leaves the old one in service, and so does a
 * rollback until something newer comes. Looks every so often rather than being told, which works on
 * any file system. Runs on a thread of its own.
 */
public final class PairWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PairWatch.class);

  private final Activation activation;
  private final @Nullable Path folder;
  private final @Nullable PairLocation followed;
  private final Timer timer = new Timer("encode-watch", true);
  private String lastName = "";
  private String lastGeneration;

  /**
   * @param folder each folder in it, put there by one rename, holds a folder {@code model} and a
   *     folder {@code store}; the one whose name sorts last goes into service. Null: none watched
   * @param followed a pair of whose store each generation goes into service that becomes current;
   *     names the generation that is. Null: none followed
   * @param period between two looks
   */
  public PairWatch(
      Activation activation,
      @Nullable Path folder,
      @Nullable PairLocation followed,
      Duration period) {
    this.activation = activation;
    this.folder = folder;
    this.followed = followed;
    String served = followed == null ? null : followed.generation();
    lastGeneration = served == null ? "" : served;
    timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            look();
          }
        },
        0,
        period.toMillis());
  }

  private void look() {
    try {
      if (followed != null) {
        followStore(followed);
      }
      if (folder != null) {
        watchFolder(folder);
      }
    } catch (Activation.Busy e) {
      LOG.debug("an activation is under way; looking again later");
    } catch (IOException | RuntimeException e) {
      // Whatever is wrong with a folder, the next look may find it well.
      LOG.warn("cannot look for new pairs: {}", e.toString());
    }
  }

  private void followStore(PairLocation pair) {
    String current = Store.open(pair.store()).current();
    if (!current.equals(lastGeneration)) {
      tryPair(new PairLocation(pair.model(), pair.store(), current));
      lastGeneration = current;
    }
  }

  private void watchFolder(Path watched) throws IOException {
    Optional<Path> last;
    try (Stream<Path> entries = Files.list(watched)) {
      last = entries.filter(PairWatch::isPair).max(Comparator.comparing(PairWatch::name));
    }
    if (last.isPresent() && name(last.get()).compareTo(lastName) > 0) {
      tryPair(new PairLocation(last.get().resolve("model"), last.get().resolve("store"), null));
      lastName = name(last.get());
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

  private void tryPair(PairLocation location) {
    try {
      activation.activate(location);
    } catch (InputException e) {
      LOG.debug("the old pair stays", e); // The activation has logged why and counted it.
    }
  }

  @Override
  public void close() {
    timer.cancel();
  }
}
