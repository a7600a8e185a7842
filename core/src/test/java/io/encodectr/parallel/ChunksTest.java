package io.encodectr.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class ChunksTest {
  @Test
  void everyChunkIsDoneOnce() throws IOException {
    for (int threads : new int[] {1, 2, 7}) {
      AtomicIntegerArray done = new AtomicIntegerArray(1000);
      Set<Chunks.Worker> workers = ConcurrentHashMap.newKeySet();
      Chunks.run(
          1000,
          threads,
          () -> {
            Chunks.Worker worker = new Counter(done);
            workers.add(worker);
            return worker;
          });
      for (int i = 0; i < 1000; i++) {
        assertThat(done.get(i)).isEqualTo(1);
      }
      assertThat(workers).hasSize(threads);
    }
    Chunks.run(0, 3, () -> chunk -> assertThat(chunk).isNegative());
  }

  private record Counter(AtomicIntegerArray done) implements Chunks.Worker {
    @Override
    public void work(int chunk) {
      done.incrementAndGet(chunk);
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  @Test
  void theFirstFailureStopsTheRestAndIsThrown() {
    AtomicInteger done = new AtomicInteger();
    assertThatThrownBy(() ->
            Chunks.run(
                1_000_000,
                2,
                () ->
                    chunk -> {
                      if (chunk == 50) {
                        throw new IOException("chunk 50");
                      }
                      done.incrementAndGet();
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("chunk 50");
    assertThat(done.get()).isLessThan(1_000_000);
  }
}
