package io.encodectr.generation;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.file.InputException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A loop survives what fails and ends when it is told to. */
@Timeout(120)
class RefreshLoopTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final ExtractionJob.Result RESULT =
      new ExtractionJob.Result(3, 1, 9, "id", 7, 1, 0, 0, 0, 0, null, null, 0);

  @Test
  void goesOnAfterEveryFailure() throws Exception {
    AtomicInteger turns = new AtomicInteger();
    CountDownLatch enough = new CountDownLatch(1);
    RefreshLoop loop =
        new RefreshLoop(
            Duration.ofMillis(1),
            () ->
                switch (turns.incrementAndGet()) {
                  case 1 -> throw new InputException("no service answers");
                  case 2 -> throw new IOException("the disk is full");
                  case 3 -> throw new GenerationExistsException("nothing new", "id");
                  case 4 -> RESULT;
                  default -> {
                    enough.countDown();
                    yield RESULT;
                  }
                });
    CompletableFuture<Void> running = CompletableFuture.runAsync(loop::run);
    enough.await();
    assertThat(loop.stop(LONG)).isTrue();
    running.get();
    assertThat(turns.get()).isGreaterThanOrEqualTo(5);
  }

  @Test
  void waitsForTheNextTurnAndIsStoppedMeanwhile() throws Exception {
    CountDownLatch taken = new CountDownLatch(1);
    AtomicInteger turns = new AtomicInteger();
    RefreshLoop loop =
        new RefreshLoop(
            Duration.ofDays(1),
            () -> {
              turns.incrementAndGet();
              taken.countDown();
              return RESULT;
            });
    CompletableFuture<Void> running = CompletableFuture.runAsync(loop::run);
    taken.await();
    assertThat(loop.stop(LONG)).isTrue();
    running.get();
    assertThat(turns.get()).isEqualTo(1);
  }

  @Test
  void aTurnAtWorkIsInterrupted() throws Exception {
    CountDownLatch working = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    RefreshLoop loop =
        new RefreshLoop(
            Duration.ofMillis(1),
            () -> {
              working.countDown();
              try {
                Thread.sleep(LONG);
              } catch (InterruptedException e) {
                interrupted.set(true);
                throw new IOException("interrupted", e);
              }
              return RESULT;
            });
    CompletableFuture<Void> running = CompletableFuture.runAsync(loop::run);
    working.await();
    assertThat(loop.stop(LONG)).isTrue();
    running.get();
    assertThat(interrupted).isTrue();
  }

  @Test
  void isOverBeforeItBegan() {
    RefreshLoop loop =
        new RefreshLoop(
            LONG,
            () -> {
              throw new AssertionError("no turn is taken");
            });
    assertThat(loop.stop(LONG)).isTrue();
    loop.run();
  }
}
