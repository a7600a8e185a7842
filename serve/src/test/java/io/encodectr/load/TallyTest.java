package io.encodectr.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static final long MS = 1_000_000L;
  private static final long SECOND = 1000 * MS;
  private static final long START = 5 * SECOND;
  private static final Call SCORE = new Call(false, 0, 0, 0);
  private static final Call EVENT = new Call(true, 0, 0, 0);
  private static final ClientCost.Spent SPENT = new ClientCost.Spent(0.25, 0.5, 3);

  /** One second of warm-up, four counted. */
  private final Tally tally = new Tally(new Step(50, 1, 4, 1), START);

  private static Answer answer(int status, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return new Answer(status, bytes.length, bytes, bytes.length, true);
  }

  private void score(long due, long took, int status) {
    tally.due(due);
    tally.taken(due, due + MS);
    tally.answered(SCORE, due, due + took, answer(status, "{\"model\":\"m\"}"));
  }

  @Test
  void countsOnlyWhatWasDueInTheCountedTime() {
    score(START, 900 * MS, 200);
    score(START + SECOND - 1, 900 * MS, 200);
    score(START + 5 * SECOND, 900 * MS, 200);
    assertThat(tally.result(SPENT).requests()).isZero();
    assertThat(tally.result(SPENT).scores().count()).isZero();
    assertThat(tally.result(SPENT).throughput()).as("came in the counted time").isEqualTo(0.25);
    score(START + SECOND, 10 * MS, 200);
    score(START + 5 * SECOND - 1, 3 * SECOND, 200);
    Step.Result result = tally.result(SPENT);
    assertThat(result.requests()).isEqualTo(2);
    assertThat(result.ok()).isEqualTo(2);
    assertThat(result.scores().maxMs()).isCloseTo(3000, within(3.0));
    assertThat(result.throughput()).as("one came too late").isEqualTo(0.5);
    assertThat(tally.seconds()).hasSize(4);
    assertThat(tally.seconds().get(0).maxMs()).isEqualTo(10);
    assertThat(tally.seconds().get(3).maxMs()).isEqualTo(3000);
    assertThat(tally.seconds().get(1).requests()).isZero();
  }

  @Test
  void tellsOutcomesApart() {
    long due = START + 2 * SECOND;
    for (int i = 0; i < 96; i++) {
      score(due, (i + 1) * MS, 200);
    }
    score(due, 4 * MS, 429);
    score(due, MS, 503);
    tally.due(due);
    tally.failed(SCORE, due, due + 9 * SECOND, Tally.Failure.TIMEOUT);
    tally.due(due);
    tally.failed(SCORE, due, due + 8 * SECOND, Tally.Failure.BROKEN);
    tally.due(due);
    tally.dropped(due);
    tally.due(due);
    tally.answered(EVENT, due, due + 77 * MS, answer(200, "{\"outcomes\":[\"stored\"]}"));
    Step.Result result = tally.result(SPENT);
    assertThat(result.requests()).isEqualTo(102);
    assertThat(result.ok()).isEqualTo(97);
    assertThat(result.refused()).isEqualTo(1);
    assertThat(result.errors()).isEqualTo(3);
    assertThat(result.dropped()).isEqualTo(1);
    assertThat(result.failureShare()).isCloseTo(5.0 / 102, within(1e-12));
    assertThat(result.scores().count()).as("good ones and the time-out").isEqualTo(97);
    assertThat(result.scores().maxMs()).isCloseTo(9000, within(9.0));
    assertThat(result.scores().p50Ms()).isCloseTo(49, within(0.1));
    assertThat(result.events()).isNotNull();
    assertThat(result.refusals()).isNotNull();
    assertThat(result.refusals().p50Ms()).isCloseTo(4, within(0.01));
    assertThat(result.lag().p99Ms()).isCloseTo(1, within(0.01));
    assertThat(result.details().outcomes())
        .containsEntry("200", 97L)
        .containsEntry("503", 1L)
        .containsEntry("timeout", 1L)
        .containsEntry("broken", 1L);
    assertThat(result.details().pairs()).containsEntry("m", 96L);
    assertThat(tally.seconds().get(1).failed()).isEqualTo(5);
    assertThat(new Limits(1e6, 0.05).broken(result)).isNull();
    assertThat(new Limits(1e6, 0.04).broken(result)).contains("4.9% failed");
    assertThat(new Limits(100, 0.05).broken(result)).contains("p99 of").contains("100.0 ms");
  }

  @Test
  void countsDegradedAndPartialAnswers() {
    long due = START + SECOND;
    tally.due(due);
    tally.answered(
        SCORE,
        due,
        due + MS,
        answer(200, "{\"degraded\":[\"deadline\"],\"coverage\":0.5,\"scores\":[]}"));
    score(due, MS, 200);
    assertThat(tally.result(SPENT).details().degraded())
        .containsOnly(java.util.Map.entry("deadline", 1L), java.util.Map.entry("partial", 1L));
  }

  private void partial(long due, double coverage) {
    tally.due(due);
    tally.answered(SCORE, due, due + MS, answer(200, "{\"coverage\":" + coverage + "}"));
  }

  private void event(long due, long took) {
    tally.due(due);
    tally.answered(EVENT, due, due + took, answer(200, "{}"));
  }

  @Test
  void partialAnswersBreakTheLimitsAsFailuresDo() {
    long due = START + SECOND;
    for (int i = 0; i < 96; i++) {
      partial(due, 1);
    }
    for (int i = 0; i < 4; i++) {
      partial(due, 0.9);
      event(due, MS); // Events have no coverage and thin nothing out.
    }
    Step.Result result = tally.result(SPENT);
    assertThat(result.ok()).isEqualTo(104);
    assertThat(result.failureShare()).isZero();
    assertThat(result.partialShare()).isEqualTo(0.04);
    assertThat(new Limits(1e6, 0.04).broken(result)).isNull();
    assertThat(new Limits(1e6, 0.03).broken(result)).isEqualTo("4.0% of the answers partial");
    score(due, MS, 503);
    assertThat(new Limits(1e6, 0.04).broken(tally.result(SPENT)))
        .isEqualTo("1.0% failed, 4.0% of the answers partial");
  }

  @Test
  void slowEventsBreakTheLimits() {
    long due = START + SECOND;
    Limits limits = new Limits(50, 0.01);
    assertThat(limits.broken(tally.result(SPENT))).isEqualTo("no good answer");
    event(due, 49 * MS);
    assertThat(limits.broken(tally.result(SPENT))).isNull();
    event(due, 5 * SECOND);
    assertThat(limits.broken(tally.result(SPENT)))
        .startsWith("events' p99 of 500")
        .contains("50.0");
    for (int i = 0; i < 1000; i++) {
      score(due, MS, 200);
    }
    assertThat(limits.broken(tally.result(SPENT))).startsWith("events' p99");
    assertThat(tally.result(SPENT).answered().p99Ms()).isEqualTo(1);
  }

  @Test
  void theLast999thIsNotThereBelowAThousand() {
    for (int i = 0; i < 999; i++) {
      score(START + SECOND, MS, 200);
    }
    assertThat(tally.result(SPENT).scores().p999Ms()).isNull();
    score(START + SECOND, MS, 200);
    assertThat(tally.result(SPENT).scores().p999Ms()).isEqualTo(1);
  }
}
