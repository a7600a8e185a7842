package io.encodectr.redis;

import io.encodectr.file.InputException;
import io.encodectr.generation.ExtractionJob;
import io.encodectr.generation.Generation;
import io.encodectr.generation.GenerationExistsException;
import io.encodectr.generation.Store;
import io.encodectr.generation.Tombstones;
import io.encodectr.progress.Progress;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the generation in use of a folder on a server. The two agree on who is forgotten first.
 * Killed, it may be started again and writes over what it had written. Not thread-safe.
 */
public final class FolderPublication {
  private static final long STRETCH = 1024;

  /** How many generations a server keeps if nothing else is said: memory is dear there. */
  public static final int KEPT = 2;

  private final Store folder;
  private final RedisStore server;
  private final @Nullable Writing elsewhere;

  /** Writes users of a publication that is under way, by any number of processes. */
  @FunctionalInterface
  public interface Writing {
    /**
     * Writes all of them, by {@link #write(Store, RedisStore, String, long, long)}.
     *
     * @param generation id of the generation
     * @param users how many it has
     */
    void write(String generation, long users) throws IOException;
  }

  /** An extraction into the folder. */
  @FunctionalInterface
  public interface Extraction {
    /** Extracts. */
    ExtractionJob.Result run() throws IOException;
  }

  /**
   * What was published.
   *
   * @param generation its id
   * @param users all of them
   * @param bytes of records and ids
   * @param written whether they were written now, or were there already
   * @param usersPerSecond of those that were written
   */
  public record Result(
      String generation, long users, long bytes, boolean written, double usersPerSecond) {}

  /** From a folder to a server, by this process. */
  public FolderPublication(Store folder, RedisStore server) {
    this(folder, server, null);
  }

  /**
   * From a folder to a server.
   *
   * @param elsewhere writes the users; null: this process does
   */
  public FolderPublication(Store folder, RedisStore server, @Nullable Writing elsewhere) {
    this.folder = folder;
    this.server = server;
    this.elsewhere = elsewhere;
  }

  /**
   * Extracts into the folder, publishes and switches. What an earlier run made and did not come to
   * publish is published, too.
   *
   * @param keep how many generations stay on the server; 0: {@value #KEPT}
   * @throws GenerationExistsException if the generation was there already; published, if it is the
   *     one in use
   */
  public ExtractionJob.Result run(Extraction extraction, int keep, Progress progress)
      throws IOException {
    exchangeForgotten(folder, server);
    int kept = keep == 0 ? KEPT : keep;
    try {
      ExtractionJob.Result result = extraction.run();
      run(kept, progress);
      return result;
    } catch (GenerationExistsException e) {
      if (e.generation().equals(folder.current())) {
        run(kept, progress);
      }
      throw e;
    }
  }

  /**
   * Lets both agree on who is forgotten, so that neither represents what the other was told to
   * forget. To be called before an extraction, too.
   *
   * @return whom the folder's generations certainly do not represent any more: when they were
   *     forgotten, in milliseconds since the epoch by {@link Tombstones#hash}
   */
  public static Map<String, Long> exchangeForgotten(Store folder, RedisStore server)
      throws IOException {
    folder.beginForgetting(server.tombstones().times());
    Map<String, Long> honored = folder.tombstones().times();
    folder.finishForgetting();
    server.beginForgetting(honored);
    server.finishForgetting();
    return honored;
  }

  /**
   * Publishes and switches.
   *
   * @param keep how many generations stay on the server; 0 = all
   * @throws InputException if the folder has no generation in use, or the server no room
   */
  public Result run(int keep, Progress progress) throws IOException {
    if (keep < 0) {
      throw new InputException("keep must be at least 0, not " + keep);
    }
    Map<String, Long> honored = exchangeForgotten(folder, server);
    String id = folder.current();
    try (Generation generation = folder.openGeneration(id)) {
      long bytes = generation.manifest().bytes();
      GenerationPublication publication =
          server.publication(id, generation.users(), bytes, honored);
      double rate = 0;
      try {
        if (!publication.isWritten()) {
          long started = System.nanoTime();
          write(id, generation, publication, progress);
          rate = generation.users() / Math.max(1e-9, (System.nanoTime() - started) / 1e9);
        }
        publication.publish(generation.manifest(), generation.records().header());
      } catch (IOException | RuntimeException e) {
        abort(publication, e);
        throw e;
      }
      if (keep > 0) {
        server.retain(keep);
      }
      return new Result(id, generation.users(), bytes, !publication.isWritten(), rate);
    }
  }

  private void write(
      String id, Generation generation, GenerationPublication publication, Progress progress)
      throws IOException {
    long users = generation.users();
    if (elsewhere != null) {
      elsewhere.write(id, users);
      return;
    }
    try (GenerationAppender appender = publication.appender();
        Progress.Task task = progress.begin("Publishing interests", users, "users")) {
      for (long from = 0; from < users; from += STRETCH) {
        long to = Math.min(users, from + STRETCH);
        write(generation, from, to, appender);
        task.advance(to - from);
      }
    }
  }

  private static void write(Generation generation, long from, long to, GenerationAppender appender)
      throws IOException {
    for (long rank = from; rank < to; rank++) {
      appender.put(generation.userId(rank), generation.record(rank));
    }
  }

  /**
   * Writes some users of a publication that is under way; again does no harm.
   *
   * @param folder the store that has the generation
   * @param id the generation
   * @param from rank of the first user
   * @param to one past the last
   * @throws InputException if no publication of it is under way
   */
  public static void write(Store folder, RedisStore server, String id, long from, long to)
      throws IOException {
    try (Generation generation = folder.openGeneration(id);
        GenerationAppender appender = server.appender(id)) {
      write(generation, from, to, appender);
    }
  }

  private static void abort(GenerationPublication publication, Exception why) {
    try {
      publication.abort();
    } catch (IOException | RuntimeException e) {
      why.addSuppressed(e);
    }
  }
}
