package io.encodectr.behavior.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.behavior.EventLogOptions;
import io.encodectr.behavior.folder.CommitQueue.Change;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** What becomes of callers when a group cannot be written. */
@Timeout(60)
class CommitQueueTest {
  @TempDir private Path folder;
  private EventDatabase database;
  private CommitQueue queue;

  @BeforeEach
  void open() throws Exception {
    database = EventDatabase.open(folder.resolve("events"), 4 << 20);
    queue = new CommitQueue(database, new Arrivals(database, EventLogOptions.DEFAULT));
  }

  @AfterEach
  void close() {
    queue.close();
    database.close();
  }

  private interface Staging {
    String stage(WriteBatch batch) throws RocksDBException;
  }

  private static Change<String> change(Staging staging) {
    return new Change<>() {
      @Override
      public boolean alone() {
        return false;
      }

      @Override
      public String stage(WriteBatch batch) throws RocksDBException {
        return staging.stage(batch);
      }
    };
  }

  private static Change<String> putting(String key) {
    return change(batch -> {
      batch.put(key.getBytes(), key.getBytes());
      return key;
    });
  }

  private boolean isThere(String key) throws RocksDBException {
    return database.db().get(key.getBytes()) != null;
  }

  @Test
  void anErrorIsToldAndTheNextChangeIsWritten() throws Exception {
    assertThatThrownBy(() ->
            queue.commit(
                change(batch -> {
                  throw new OutOfMemoryError("of this test");
                })))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be written")
        .hasRootCauseInstanceOf(OutOfMemoryError.class);
    assertThat(queue.commit(putting("next"))).isEqualTo("next");
    assertThat(isThere("next")).isTrue();
  }

  /** A group is one write: if that fails, none of it is acknowledged and none is there. */
  @Test
  void agroupFailsTogether() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch started = new CountDownLatch(1);
    try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
      Future<String> first =
          pool.submit(() ->
              queue.commit(
                  change(batch -> {
                    started.countDown();
                    await(held);
                    return "first";
                  })));
      started.await();
      Future<String> before = pool.submit(() -> queue.commit(putting("before")));
      Future<String> failing =
          pool.submit(() ->
              queue.commit(
                  change(batch -> {
                    throw new RocksDBException("No space left on device");
                  })));
      Future<String> behind = pool.submit(() -> queue.commit(putting("behind")));
      while (queue.waiting() < 3) {
        Thread.onSpinWait();
      }
      held.countDown();
      assertThat(first.get()).isEqualTo("first");
      for (Future<String> each : java.util.List.of(before, failing, behind)) {
        assertThatThrownBy(each::get)
            .isInstanceOf(ExecutionException.class)
            .cause()
            .isInstanceOf(IOException.class)
            .hasMessageContaining("No space left");
      }
    }
    assertThat(isThere("before")).isFalse();
    assertThat(isThere("behind")).isFalse();
    assertThat(queue.commit(putting("next"))).isEqualTo("next");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aClosedQueueTakesNothing() {
    queue.close();
    assertThatThrownBy(() -> queue.commit(putting("late")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
