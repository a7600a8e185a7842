package io.encodectr.train.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.InputException;
import io.encodectr.train.JoinedThreads;
import io.encodectr.train.process.LostProcessException;
import io.encodectr.train.process.ProcessGroup;
import io.encodectr.train.process.ProcessGroup.Part;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RendezvousTest {
  private static final Duration LONG = Duration.ofMinutes(2);

  @TempDir Path temporary;

  private String file() {
    return temporary.resolve("place").toString();
  }

  private static String port() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  /** Joins in a thread of its own. */
  private static Future<ProcessGroup> join(
      String place, int rank, int size, Duration limit, Map<String, ?> identity) {
    Rendezvous rendezvous = new Rendezvous(place, rank, size, limit);
    FutureTask<ProcessGroup> task = new FutureTask<>(() -> rendezvous.join(identity, () -> {}));
    Thread.ofPlatform().daemon().start(task);
    return task;
  }

  private static Throwable failureOf(Future<?> future) throws InterruptedException {
    try {
      future.get();
      throw new AssertionError("did not fail");
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void sumsAndCopiesReachEveryProcess(int size) throws Exception {
    JoinedThreads.run(
        size,
        temporary.resolve("place"),
        group -> {
          int rank = group.rank();
          assertThat(group.size()).isEqualTo(size);
          double[] doubles = {1e-300, rank == 0 ? 0x1p40 + 1 : 0, 1};
          group.sum(doubles);
          assertThat(doubles).containsExactly(size * 1e-300, 0x1p40 + 1, size);
          for (int count : new int[] {1, 100_000, 7}) {
            float[] one = new float[count + 3];
            float[] other = {rank + 0.5f, -2};
            for (int i = 0; i < one.length; i++) {
              one[i] = i + rank;
            }
            group.sum(List.of(new Part(one, count), Part.of(other)));
            int ranks = size * (size - 1) / 2;
            for (int i = 0; i < one.length; i++) {
              assertThat(one[i]).isEqualTo(i < count ? i * size + ranks : i + rank);
            }
            assertThat(other).containsExactly(0.5f * size + ranks, -2f * size);
          }
          float[] copied = {rank, Float.intBitsToFloat(0x8000_0000 + rank), Float.NaN};
          group.copyFirst(copied);
          assertThat(copied[0]).isZero();
          assertThat(Float.floatToRawIntBits(copied[1])).isEqualTo(0x8000_0000);
          assertThat(copied[2]).isNaN();
          byte[] bytes = "of process ".concat("x".repeat(rank)).getBytes(StandardCharsets.UTF_8);
          assertThat(group.copyFirst(bytes)).asString().isEqualTo("of process ");
          assertThat(group.cost().sums()).isEqualTo(3);
          assertThat(group.cost().bytes()).isEqualTo(4L * (100_008 + 6));
          return rank;
        });
  }

  /** What each gets may be rounded, but it is the same bits. */
  @Test
  void everyProcessGetsTheSameBits() throws Exception {
    List<float[]> sums =
        JoinedThreads.run(
            3,
            temporary.resolve("place"),
            group -> {
              float[] values = new float[10_001];
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) Math.sin(i * 7.0 + group.rank());
              }
              group.sum(List.of(Part.of(values)));
              return values;
            });
    assertThat(sums.get(1)).isEqualTo(sums.get(0));
    assertThat(sums.get(2)).isEqualTo(sums.get(0));
  }

  @Test
  void processesMeetAtAnAddress() throws Exception {
    String place = port();
    Future<ProcessGroup> other = join(place, 1, 2, LONG, Map.of());
    try (ProcessGroup first = join(place, 0, 2, LONG, Map.of()).get();
        ProcessGroup second = other.get()) {
      CompletableFuture<byte[]> got =
          CompletableFuture.supplyAsync(() -> second.copyFirst(new byte[0]));
      first.copyFirst(new byte[] {1, 2});
      assertThat(got.get()).containsExactly(1, 2);
    }
  }

  @Test
  void saysWhereProcessesDiffer() throws Exception {
    Map<String, Object> identity = Map.of("seed", 1, "method", "encode");
    List<Future<ProcessGroup>> joining = new ArrayList<>();
    joining.add(join(file(), 0, 2, LONG, identity));
    joining.add(join(file(), 1, 2, LONG, Map.of("seed", 2, "method", "encode")));
    for (Future<ProcessGroup> future : joining) {
      assertThat(failureOf(future))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("seed is 1 and 2")
          .hasMessageNotContaining("method is");
    }
  }

  @Test
  void refusesARankThatIsThereAlready() throws Exception {
    Future<ProcessGroup> first = join(file(), 1, 2, LONG, Map.of());
    Future<ProcessGroup> second = join(file(), 1, 2, LONG, Map.of());
    Future<ProcessGroup> zero = join(file(), 0, 2, LONG, Map.of());
    List<Throwable> failures = new ArrayList<>();
    for (Future<ProcessGroup> future : List.of(first, second)) {
      try {
        future.get().close();
      } catch (ExecutionException e) {
        failures.add(e.getCause());
      }
    }
    zero.get().close();
    assertThat(failures).hasSize(1);
    assertThat(failures.getFirst())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("rank 1 is there already");
  }

  @Test
  void givesUpOnProcessesThatDoNotCome() throws Exception {
    assertThat(failureOf(join(file(), 0, 3, Duration.ofSeconds(1), Map.of())))
        .isInstanceOf(LostProcessException.class)
        .hasMessageContaining("waited 1 seconds")
        .hasMessageContaining("[1, 2] of 3");
    assertThat(failureOf(join(port(), 1, 2, Duration.ofSeconds(1), Map.of())))
        .isInstanceOf(LostProcessException.class)
        .hasMessageContaining("process 0 cannot be reached");
    try (ServerSocket taken = new ServerSocket(0)) {
      String place = "127.0.0.1:" + taken.getLocalPort();
      assertThat(failureOf(join(place, 0, 2, Duration.ofSeconds(1), Map.of())))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("is not free");
    }
  }

  @Test
  void noticesAProcessThatLeft() {
    assertThatThrownBy(() ->
            JoinedThreads.run(
                2,
                temporary.resolve("place"),
                group -> {
                  group.sum(new double[1]);
                  if (group.rank() == 0) {
                    group.sum(new double[1]);
                  }
                  return 0;
                }))
        .isInstanceOf(LostProcessException.class)
        .hasMessageContaining("ended, or the connection to it broke")
        .hasMessageNotContaining("pair.cc");
  }

  /** The limit holds for meeting, too, which takes a while on a busy machine. */
  @Tag("slow")
  @Test
  void noticesAProcessThatIsSilent() throws Exception {
    Duration limit = Duration.ofSeconds(20);
    Future<ProcessGroup> joining = join(file(), 1, 2, limit, Map.of());
    try (ProcessGroup first = join(file(), 0, 2, limit, Map.of()).get();
        ProcessGroup silent = joining.get()) {
      assertThat(silent.rank()).isEqualTo(1);
      assertThatThrownBy(() -> first.sum(new double[1]))
          .isInstanceOf(LostProcessException.class)
          .hasMessageContaining("did not answer within 20 seconds");
    }
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(() -> new Rendezvous("f", 2, 2, LONG)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> new Rendezvous("f", -1, 2, LONG)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> new Rendezvous("localhost:70000", 0, 2, LONG))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("65535");
    assertThatThrownBy(() -> new Rendezvous("no-such-host.invalid:1", 0, 2, LONG))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no host of that name");
  }
}
