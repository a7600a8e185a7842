package io.encodectr.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.InputException;
import io.encodectr.online.ServedWorld;
import io.encodectr.scoring.ScoreContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ActivePairTest {
  private static final ScoreContext CONTEXT = ScoreContext.at(ServedWorld.NOW);

  @TempDir private static Path folder;
  private static ServedWorld world;

  @BeforeAll
  static void make() throws IOException {
    world = ServedWorld.in(folder);
  }

  @AfterAll
  static void close() {
    world.close();
  }

  private static ScoringPair open(long seed) throws IOException {
    return ServedWorld.open(world.pair(seed));
  }

  @Test
  void withoutAPairNothingIsRead() {
    try (ActivePair pairs = new ActivePair()) {
      assertThat(pairs.isPresent()).isFalse();
      assertThatThrownBy(() -> pairs.read(ScoringPair::generation))
          .isInstanceOfSatisfying(
              Refusal.class, e -> assertThat(e.reason()).isEqualTo(Refusal.Reason.NOT_READY));
      assertThatThrownBy(pairs::rollback)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("no pair to roll back to");
    }
  }

  @Test
  void aPairIsClosedWhenItsLastReaderEnds() throws IOException {
    ActivePair pairs = new ActivePair();
    ScoringPair first = open(1);
    pairs.activate(first);
    ScoringPair held = pairs.acquire();
    pairs.activate(open(2));
    pairs.activate(open(3));
    assertThat(first.isClosed()).as("two swaps later, but still read").isFalse();
    assertThat(held.scorer().score("u5", List.of("i1"), CONTEXT)).hasSize(1);
    held.release();
    assertThat(first.isClosed()).isTrue();
    assertThat(first.retain()).isFalse();
    assertThatThrownBy(first::release).isInstanceOf(IllegalStateException.class);
    ScoringPair current = pairs.acquire();
    pairs.close();
    assertThat(current.isClosed()).isFalse();
    current.release();
    assertThat(current.isClosed()).isTrue();
    assertThatThrownBy(pairs::acquire).isInstanceOf(Refusal.class);
  }

  @Test
  void aRollbackPutsThePreviousPairBackAndASecondOneGoesForwardAgain() throws IOException {
    try (ActivePair pairs = new ActivePair()) {
      pairs.activate(open(1));
      String first = pairs.read(ScoringPair::fingerprint);
      pairs.activate(open(2));
      String second = pairs.read(ScoringPair::fingerprint);
      assertThat(second).isNotEqualTo(first);
      assertThat(pairs.previous().fingerprint()).isEqualTo(first);
      pairs.rollback();
      assertThat(pairs.read(ScoringPair::fingerprint)).isEqualTo(first);
      assertThat(pairs.previous().fingerprint()).isEqualTo(second);
      pairs.rollback();
      assertThat(pairs.read(ScoringPair::fingerprint)).isEqualTo(second);
    }
  }

  /** A generation that is unmapped while it is read would crash, or throw. */
  @Test
  void readersNeverSeeAClosedPairWhilePairsAreSwapped() throws Exception {
    try (ActivePair pairs = new ActivePair();
        ExecutorService readers = Executors.newFixedThreadPool(4)) {
      pairs.activate(open(1));
      float[] one = pairs.read(pair -> pair.scorer().score("u9", List.of("i1", "i2"), CONTEXT));
      pairs.activate(open(2));
      float[] two = pairs.read(pair -> pair.scorer().score("u9", List.of("i1", "i2"), CONTEXT));
      String second = pairs.read(ScoringPair::fingerprint);
      AtomicBoolean over = new AtomicBoolean();
      List<Future<Integer>> running =
          java.util.stream.IntStream.range(0, 4)
              .mapToObj(i ->
                  readers.submit(() -> {
                    int count = 0;
                    while (!over.get()) {
                      pairs.read(pair -> {
                        float[] scores = pair.scorer().score("u9", List.of("i1", "i2"), CONTEXT);
                        assertThat(scores).isEqualTo(pair.fingerprint().equals(second) ? two : one);
                        return true;
                      });
                      count++;
                    }
                    return count;
                  }))
              .toList();
      for (int swap = 0; swap < 15; swap++) {
        if (swap % 5 == 4) {
          pairs.rollback();
        } else {
          pairs.activate(open(1 + swap % 2));
        }
      }
      over.set(true);
      for (Future<Integer> each : running) {
        assertThat(each.get()).isPositive();
      }
    }
  }
}
