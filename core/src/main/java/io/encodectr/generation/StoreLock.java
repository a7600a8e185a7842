package io.encodectr.generation;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps a forgetting and the publication of a generation apart, over all threads and processes that
 * work on a store: either the generation is there when the user is erased, or the tombstone is
 * there when the generation is published. Waits for its turn.
 */
final class StoreLock implements Closeable {
  private static final String FILE = ".lock";

  /** A process holds one file lock for all of its threads, so these take turns here. */
  private static final ReentrantLock THREADS = new ReentrantLock();

  private final FileChannel channel;

  private StoreLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Takes the lock of a store's folder. */
  @SuppressWarnings("LockNotBeforeTry") // Released by close.
  static StoreLock take(Path store) throws IOException {
    THREADS.lock();
    try {
      FileChannel channel =
          FileChannel.open(
              store.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        channel.lock();
        return new StoreLock(channel);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      THREADS.unlock();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close(); // Which releases the file's lock.
    } finally {
      THREADS.unlock();
    }
  }
}
