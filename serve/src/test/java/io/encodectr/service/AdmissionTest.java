package io.encodectr.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.InputException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AdmissionTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void end() {
    release.countDown();
    callers.close();
  }

  /** A request that keeps a worker until the test releases it. */
  private Future<String> block(Admission admission) {
    return block(admission, new ServiceTime());
  }

  private Future<String> block(Admission admission, ServiceTime usual) {
    return callers.submit(() ->
        admission.run(
            usual,
            Deadline.NONE,
            () -> {
              release.await();
              return "done";
            }));
  }

  private static void await(java.util.function.BooleanSupplier condition) throws Exception {
    while (!condition.getAsBoolean()) {
      Thread.sleep(1);
    }
  }

  private static Refusal.Reason refusal(Future<?> future) throws InterruptedException {
    try {
      future.get();
      return null;
    } catch (ExecutionException e) {
      return ((Refusal) e.getCause()).reason();
    }
  }

  @Test
  void whatIsBeyondWorkersAndQueueIsRefusedAtOnce() throws Exception {
    try (Admission admission = new Admission("test", 2, 3, LONG)) {
      List<Future<String>> inside = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        inside.add(block(admission));
      }
      await(() -> admission.inside() == 2 && admission.waiting() == 0);
      for (int i = 0; i < 3; i++) {
        inside.add(block(admission));
      }
      await(() -> admission.waiting() == 3);
      assertThatThrownBy(() -> admission.run(Deadline.NONE, () -> "never"))
          .isInstanceOfSatisfying(
              Refusal.class, e -> assertThat(e.reason()).isEqualTo(Refusal.Reason.OVERLOADED));
      assertThat(admission.inside()).isEqualTo(5);
      release.countDown();
      for (Future<String> each : inside) {
        assertThat(each.get()).isEqualTo("done");
      }
      assertThat(admission.run(Deadline.NONE, () -> "again")).isEqualTo("again");
    }
  }

  @Test
  void whoseTurnWouldComeTooLateIsRefusedAtOnce() throws Exception {
    ServiceTime second = new ServiceTime();
    second.add(1_000_000_000);
    Deadline soon = Deadline.on(() -> 0, 1_500_000_000);
    Deadline later = Deadline.on(() -> 0, 3_500_000_000L);
    try (Admission admission = new Admission("test", 1, 10, LONG)) {
      assertThat(admission.run(second, Deadline.on(() -> 0, 1_000_000), () -> "idle"))
          .as("an idle worker takes what comes, whatever the mean says")
          .isEqualTo("idle");
      ServiceTime usual = new ServiceTime();
      usual.add(1_000_000_000);
      List<Future<String>> inside = new ArrayList<>();
      inside.add(block(admission, usual));
      await(() -> admission.inside() == 1 && admission.waiting() == 0);
      assertThat(admission.expectedWait()).isEqualTo(1);
      assertThatThrownBy(() -> admission.run(usual, soon, () -> "never"))
          .as("one second ahead and one of its own are more than 1.5")
          .isInstanceOfSatisfying(
              Refusal.class, e -> assertThat(e.reason()).isEqualTo(Refusal.Reason.OVERLOADED))
          .hasMessageContaining("1000 ms");
      inside.add(callers.submit(() -> admission.run(usual, later, () -> "done")));
      await(() -> admission.waiting() == 1);
      inside.add(block(admission, usual));
      await(() -> admission.waiting() == 2);
      assertThatThrownBy(() -> admission.run(usual, later, () -> "never"))
          .as("three seconds ahead and one of its own are more than 3.5")
          .isInstanceOf(Refusal.class);
      release.countDown();
      for (Future<String> each : inside) {
        assertThat(each.get()).isEqualTo("done");
      }
      assertThat(admission.expectedWait()).isZero();
    }
  }

  @Test
  void whoIsRefusedOrFailsLeavesNothingAhead() throws Exception {
    ServiceTime usual = new ServiceTime();
    usual.add(2_000_000_000);
    try (Admission admission = new Admission("test", 1, 1, Duration.ofMillis(1))) {
      Future<String> first = block(admission, usual);
      await(() -> admission.inside() == 1 && admission.waiting() == 0);
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> admission.run(usual, Deadline.NONE, () -> "never"))
            .isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> admission.run(Deadline.NONE, () -> "never"))
            .isInstanceOf(Refusal.class);
      }
      assertThat(admission.expectedWait()).isEqualTo(2);
      release.countDown();
      first.get();
    }
  }

  @Test
  void whoWaitsTooLongLeavesTheQueueAndIsNeverServed() throws Exception {
    try (Admission admission = new Admission("test", 1, 1, Duration.ofMillis(30))) {
      Future<String> first = block(admission);
      await(() -> admission.inside() == 1 && admission.waiting() == 0);
      AtomicInteger served = new AtomicInteger();
      for (int i = 0; i < 3; i++) {
        // Each finds the place in the queue that the one before has left.
        Future<Integer> late =
            callers.submit(() -> admission.run(Deadline.NONE, served::incrementAndGet));
        assertThat(refusal(late)).isEqualTo(Refusal.Reason.EXPIRED);
      }
      Deadline soon = Deadline.after(System.nanoTime(), Duration.ofMillis(5));
      Future<Integer> late = callers.submit(() -> admission.run(soon, served::incrementAndGet));
      assertThat(refusal(late)).isEqualTo(Refusal.Reason.DEADLINE);
      release.countDown();
      assertThat(first.get()).as("work that has begun is not cut off").isEqualTo("done");
      assertThat(admission.run(Deadline.NONE, () -> 7)).isEqualTo(7);
      assertThat(served).hasValue(0);
    }
  }

  @Test
  void aCallerThatIsInterruptedIsNotServed() throws Exception {
    try (Admission admission = new Admission("test", 1, 1, LONG)) {
      Future<String> first = block(admission);
      await(() -> admission.inside() == 1 && admission.waiting() == 0);
      AtomicInteger served = new AtomicInteger();
      Future<Integer> second =
          callers.submit(() -> admission.run(Deadline.NONE, served::incrementAndGet));
      await(() -> admission.waiting() == 1);
      second.cancel(true);
      await(() -> admission.waiting() == 0);
      release.countDown();
      first.get();
      assertThat(served).hasValue(0);
    }
  }

  @Test
  void noMoreRunAtATimeThanThereAreWorkersAndOnPlatformThreads() throws Exception {
    try (Admission admission = new Admission("test", 3, 200, LONG)) {
      AtomicInteger now = new AtomicInteger();
      AtomicInteger most = new AtomicInteger();
      AtomicInteger virtual = new AtomicInteger();
      List<Future<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        int number = i;
        all.add(
            callers.submit(() ->
                admission.run(
                    Deadline.NONE,
                    () -> {
                      most.accumulateAndGet(now.incrementAndGet(), Math::max);
                      virtual.addAndGet(Thread.currentThread().isVirtual() ? 1 : 0);
                      Thread.sleep(1);
                      now.decrementAndGet();
                      return number;
                    })));
      }
      for (int i = 0; i < 100; i++) {
        assertThat(all.get(i).get()).isEqualTo(i);
      }
      assertThat(most.get()).isBetween(1, 3);
      assertThat(virtual).hasValue(0);
      assertThat(admission.inside()).isZero();
    }
  }

  @Test
  void aFailureReachesTheCaller() {
    try (Admission admission = new Admission("test", 1, 1, LONG)) {
      assertThatThrownBy(() ->
              admission.run(
                  Deadline.NONE,
                  () -> {
                    throw new IOException("disk");
                  }))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() ->
              admission.run(
                  Deadline.NONE,
                  () -> {
                    throw new StackOverflowError();
                  }))
          .isInstanceOf(StackOverflowError.class);
    }
  }

  @Test
  void onceClosedItFinishesWhatIsInsideAndRefusesTheRest() throws Exception {
    Admission admission = new Admission("test", 1, 1, LONG);
    Future<String> first = block(admission);
    await(() -> admission.inside() == 1 && admission.waiting() == 0);
    Future<String> second = block(admission);
    await(() -> admission.waiting() == 1);
    admission.close();
    assertThatThrownBy(() -> admission.run(Deadline.NONE, () -> "never"))
        .isInstanceOfSatisfying(
            Refusal.class, e -> assertThat(e.reason()).isEqualTo(Refusal.Reason.NOT_READY));
    release.countDown();
    assertThat(first.get()).isEqualTo("done");
    assertThat(second.get()).isEqualTo("done");
  }

  @Test
  void numbersOutOfRangeAreNamed() {
    assertThatThrownBy(() -> new Admission("test", 0, 1, LONG))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("workers is 0");
    assertThatThrownBy(() -> new Admission("test", 1, 0, LONG))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("queue is 0");
  }
}
