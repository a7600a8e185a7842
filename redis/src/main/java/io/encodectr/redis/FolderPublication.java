package io.encodectr.redis;

import io.encodectr.file.InputException;
import io.encodectr.generation.Generation;
import io.encodectr.generation.Store;
import io.encodectr.generation.Tombstones;
import io.encodectr.progress.Progress;
import java.io.IOException;
import java.util.Map;

/**
 * Publishes the generation in use of a folder on a server. The two agree on who is forgotten first.
 * Killed, it may be started again and writes over what it had written. Not thread-safe.
 */
public final class FolderPublication {
  private static final long STRETCH = 1024;

  private final Store folder;
  private final RedisStore server;

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

  /** From a folder to a server. */
  public FolderPublication(Store folder, RedisStore server) {
    this.folder = folder;
    this.server = server;
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
          write(generation, publication, progress);
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

  private static void write(
      Generation generation, GenerationPublication publication, Progress progress)
      throws IOException {
    long users = generation.users();
    try (GenerationAppender appender = publication.appender();
        Progress.Task task = progress.begin("Publishing interests", users, "users")) {
      for (long rank = 0; rank < users; rank++) {
        appender.put(generation.userId(rank), generation.record(rank));
        if (rank % STRETCH == STRETCH - 1 || rank == users - 1) {
          task.advance(rank % STRETCH + 1);
        }
      }
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
