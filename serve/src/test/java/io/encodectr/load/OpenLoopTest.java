package io.encodectr.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.progress.Progress;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The load generator against services that misbehave. Bounds on time are lower bounds only: a busy
 * machine makes everything slower, and none of them false.
 */
class OpenLoopTest {
  private static final long SECOND = 1_000_000_000L;

  private final Workload workload = workload(0);

  private static Workload workload(double eventsShare) {
    WeightedIds ids =
        new WeightedIds(
            IntStream.range(0, 40).mapToObj(i -> "id" + i).toList(),
            LongStream.rangeClosed(1, 40).toArray());
    return Workload.prepare(
        new Population("a test", ids, ids), new Workload.Options(20, 0, eventsShare, 1));
  }

  private static int scheduled(Step step) {
    PoissonArrivals arrivals = new PoissonArrivals(step.rate(), step.seed());
    int count = 0;
    while (arrivals.next() < (long) (step.seconds() * SECOND)) {
      count++;
    }
    return count;
  }

  /** A service that stops for two seconds: whoever would have come meanwhile has waited. */
  @Test
  void aStopOfTheServiceIsSeenAsArithmeticSays() throws IOException {
    Step step = new Step(150, 0, 6, 11);
    try (StubService service = StubService.start(20);
        OpenLoop loop = new OpenLoop(endpoint(service), workload, 4096, 60_000)) {
      stopAfterOneSecond(service);
      OpenLoop.Outcome outcome = loop.run(step, Progress.NONE);
      Step.Result result = outcome.result();
      assertThat(result.requests()).as("the schedule").isEqualTo(scheduled(step));
      assertThat(result.ok()).as("all are sent and answered").isEqualTo(result.requests());
      // 150 come in the first second of the stop, give or take 12, and wait over a second.
      assertThat(slow(outcome.scores())).isGreaterThan(150 - 5 * 12);
      // 1% of 900 come in the first 0.06 s of the stop.
      assertThat(result.scores().p99Ms()).isGreaterThan(1700);
      assertThat(result.scores().maxMs()).isGreaterThan(1900);
      assertThat(outcome.seconds().stream().mapToDouble(Second::maxMs).max().orElse(0))
          .isGreaterThan(1900);

      stopAfterOneSecond(service);
      Histogram closed = ClosedLoop.run(endpoint(service), workload, 150, 4, 60_000);
      assertThat(slow(closed)).as("a closed loop asks nothing meanwhile").isLessThan(9);
      assertThat(slow(outcome.scores())).isGreaterThan(10 * slow(closed));
    }
  }

  private static Endpoint endpoint(StubService service) throws IOException {
    return Endpoint.of(service.url(), null, null, null);
  }

  private static void stopAfterOneSecond(StubService service) {
    Thread.ofVirtual()
        .start(() -> {
          LockSupport.parkNanos(SECOND);
          service.stopUntil(System.nanoTime() + 2 * SECOND);
        });
  }

  private static long slow(AbstractHistogram latencies) {
    return latencies.getTotalCount() - latencies.getCountBetweenValues(0, SECOND);
  }

  @Test
  void refusalsErrorsAndEventsAreCountedApart() throws IOException {
    AtomicInteger events = new AtomicInteger();
    try (RawService service =
            new RawService((number, request, out) -> {
              if (request.startsWith("POST /v1/events ")) {
                events.incrementAndGet();
                RawService.write(out, 200, "{\"outcomes\":[\"stored\"]}");
              } else {
                int status = number % 10 == 3 ? 429 : number % 10 == 7 ? 503 : 200;
                RawService.write(out, status, "{\"model\":\"m\",\"generation\":\"g\"}");
              }
              return true;
            });
        OpenLoop loop = new OpenLoop(service.endpoint(), workload(0.3), 500, 30_000)) {
      Step.Result result = loop.run(new Step(200, 0, 1, 3), Progress.NONE).result();
      assertThat(result.ok() + result.refused() + result.errors()).isEqualTo(result.requests());
      assertThat(result.refused()).isPositive();
      assertThat(result.errors()).isPositive();
      assertThat(result.details().outcomes()).containsKeys("200", "429", "503");
      assertThat(result.details().pairs()).containsOnlyKeys("m/g");
      Latency told = result.events();
      assertThat(told).isNotNull();
      assertThat(told.count()).isEqualTo(events.get()).isBetween(20L, 100L);
      assertThat(result.scores().count()).isEqualTo(result.ok() - told.count());
    }
  }

  @Test
  void whatDoesNotFitIsDroppedAndCounted() throws IOException {
    try (StubService service = StubService.start(20);
        OpenLoop loop = new OpenLoop(endpoint(service), workload, 3, 60_000)) {
      service.stopUntil(System.nanoTime() + 2 * SECOND);
      Step.Result result = loop.run(new Step(100, 0, 1, 4), Progress.NONE).result();
      assertThat(result.dropped()).isEqualTo(result.requests() - 3);
      assertThat(result.ok()).isEqualTo(3);
      assertThat(result.details().outcomes()).containsEntry("dropped", result.dropped());
    }
  }

  @Test
  void anAnswerThatNeverComesIsGivenUpWithTheTimeItTook() throws IOException {
    try (RawService service =
            new RawService((number, request, out) -> {
              if (number % 2 == 0) {
                // Drips, so that a limit on the time between two bytes would never end it.
                for (int i = 0; i < 1000; i++) {
                  out.write('H');
                  Thread.sleep(50);
                }
              }
              RawService.write(out, 200, "{}");
              return true;
            });
        OpenLoop loop = new OpenLoop(service.endpoint(), workload, 500, 700)) {
      Step.Result result = loop.run(new Step(30, 0, 1, 5), Progress.NONE).result();
      assertThat(result.details().outcomes()).containsKey("timeout");
      assertThat(result.scores().maxMs()).isGreaterThan(690);
      assertThat(result.ok() + result.errors()).isEqualTo(result.requests());
    }
  }

  /** Unless it is reset, writing to it works and reading tells; after a reset, writing fails. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aConnectionThatTheServiceClosesIsOpenedAgain(boolean reset) throws IOException {
    // Every answer closes its connection without a word, as after an idle time-out.
    try (RawService service =
            new RawService(
                (number, request, out) -> {
                  RawService.write(out, 200, "{}");
                  return false;
                },
                reset);
        OpenLoop loop = new OpenLoop(service.endpoint(), workload, 50, 30_000)) {
      Step.Result result = loop.run(new Step(40, 0, 1, 6), Progress.NONE).result();
      assertThat(result.requests()).isPositive();
      assertThat(result.ok()).as("%s", result.details()).isEqualTo(result.requests());
      assertThat(service.connections()).isEqualTo((int) result.requests());
      assertThat(result.sentAgain()).isPositive().isLessThan(result.requests());
    }
  }

  @Test
  void aRequestThatTheServiceTookAndDroppedIsCountedAsSentAgain() throws IOException {
    AtomicInteger lost = new AtomicInteger();
    try (RawService service =
            new RawService((number, request, out) -> {
              if (number % 2 == 1) {
                lost.incrementAndGet();
                return false;
              }
              RawService.write(out, 200, "{}");
              return true;
            });
        OpenLoop loop = new OpenLoop(service.endpoint(), workload, 1, 30_000)) {
      Step.Result result = loop.run(new Step(40, 0, 1, 6), Progress.NONE).result();
      assertThat(lost.get()).isPositive();
      assertThat(result.ok() + result.dropped()).as("nothing failed").isEqualTo(result.requests());
      assertThat(result.sentAgain()).isEqualTo(lost.get());
    }
  }

  @Test
  void aFaultOfTheClientIsCountedAndEndsNoThread() throws Exception {
    BlockingQueue<Courier> back = new LinkedBlockingQueue<>();
    try (StubService service = StubService.start(20)) {
      Courier courier =
          new Courier(endpoint(service), workload, 30_000, Thread.ofPlatform().daemon(), back::add);
      courier.start();
      long now = System.nanoTime();
      Tally tally = new Tally(new Step(1, 0, 3600, 1), now);
      tally.due(now);
      courier.give(new Call(false, -1, 0, 0), now, tally);
      assertThat(back.poll(20, TimeUnit.SECONDS)).as("the user -1").isSameAs(courier);
      tally.due(now);
      courier.give(new Call(false, 1, 0, 0), now, tally);
      assertThat(back.poll(20, TimeUnit.SECONDS)).as("user 1").isSameAs(courier);
      courier.leave();
      Step.Result result = tally.result(new ClientCost.Spent(0, null, 0));
      assertThat(result.details().outcomes())
          .containsOnly(Map.entry("200", 1L), Map.entry("client", 1L));
      assertThat(result.errors()).isEqualTo(1);
    }
  }

  @Test
  void nobodyListeningAndNonsenseAreErrorsAndEnd() throws IOException {
    Endpoint gone;
    try (RawService service =
            new RawService((number, request, out) -> {
              out.write("SSH-2.0-OpenSSH\r\n".getBytes());
              return true;
            });
        OpenLoop loop = new OpenLoop(service.endpoint(), workload, 50, 30_000)) {
      gone = service.endpoint();
      Step.Result result = loop.run(new Step(40, 0, 1, 7), Progress.NONE).result();
      assertThat(result.details().outcomes()).containsOnlyKeys("broken");
      assertThat(result.errors()).isEqualTo(result.requests());
    }
    try (OpenLoop loop = new OpenLoop(gone, workload, 50, 30_000)) {
      Step.Result result = loop.run(new Step(40, 0, 1, 8), Progress.NONE).result();
      assertThat(result.details().outcomes()).containsOnlyKeys("connect");
      assertThat(result.failureShare()).isEqualTo(1);
    }
  }
}
