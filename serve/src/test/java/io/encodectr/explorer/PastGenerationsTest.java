package io.encodectr.explorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.InputException;
import io.encodectr.generation.InterestSource;
import io.encodectr.scoring.Scorer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PastGenerationsTest {
  @TempDir private static Path folder;
  private static ExplorerFixture fixture;
  private static LivePairs pairs;

  @BeforeAll
  static void open() throws IOException {
    fixture = ExplorerFixture.in(folder);
    pairs = fixture.pairs();
  }

  @AfterAll
  static void close() {
    pairs.close();
  }

  private static <T> T read(PastGenerations past, String id, Function<Scorer, T> work) {
    return pairs.read(pair -> past.read(pair, id, work));
  }

  @Test
  void readersDoNotWaitForEachOther() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    try (PastGenerations past = new PastGenerations();
        ExecutorService pool = Executors.newSingleThreadExecutor()) {
      Future<Integer> slow =
          pool.submit(() ->
              read(
                  past,
                  fixture.older(),
                  scorer -> {
                    reading.countDown();
                    await(over);
                    return scorer.generation().find("u4").behaviors();
                  }));
      reading.await();
      InterestSource first = read(past, fixture.older(), Scorer::generation);
      long users = read(past, fixture.current(), scorer -> scorer.generation().users());
      assertThat(users).isPositive();
      // Not even closing takes it from the one who reads.
      past.close();
      over.countDown();
      assertThat(slow.get()).isEqualTo(60);
      assertThatThrownBy(() -> first.find("u4")).isInstanceOf(IllegalStateException.class);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void oneThatCannotBeOpenedIsNotKept() {
    try (PastGenerations past = new PastGenerations()) {
      assertThatThrownBy(() -> read(past, "none-of-these", scorer -> 1))
          .isInstanceOf(InputException.class);
      assertThat(past.size()).isZero();
      read(past, fixture.older(), scorer -> 1);
      assertThat(past.size()).isOne();
    }
  }

  /** Generations of a model that was replaced would keep that in memory. */
  @Test
  void thoseOfAnotherModelAreClosed() throws IOException {
    AtomicReference<InterestSource> old = new AtomicReference<>();
    Path other = folder.resolve("other-model");
    try (PastGenerations past = new PastGenerations();
        LivePairs replaced = ExplorerFixture.in(other, "din").pairs()) {
      replaced.read(pair -> {
        old.set(past.read(pair, pair.generation(), Scorer::generation));
        return null;
      });
      assertThat(old.get().find("u1")).isNotNull();
      read(past, fixture.older(), scorer -> 1);
      assertThat(past.size()).isOne();
      assertThatThrownBy(() -> old.get().find("u1")).isInstanceOf(IllegalStateException.class);
    }
  }
}
