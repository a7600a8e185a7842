package io.encodectr.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.InputException;
import io.encodectr.progress.Progress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelfTestTest {
  private static final SelfTest.Options SHORT = new SelfTest.Options(200, 2.1, 20, 1);

  /** The same test of two services at once, of which one does not stop. */
  @Test
  void itPassesWithAStopAndFailsWithoutOne() throws Exception {
    try (ExecutorService both = Executors.newFixedThreadPool(2)) {
      Future<SelfTest.Result> with =
          both.submit(() -> new SelfTest(SHORT, 1, true).run(Progress.NONE));
      Future<SelfTest.Result> without =
          both.submit(() -> new SelfTest(SHORT, 1, false).run(Progress.NONE));
      assertThat(with.get().failed()).isNull();
      assertThat(with.get().passed()).isTrue();
      assertThat(with.get().openSlow()).isGreaterThan(4 * (with.get().closedSlow() + 1));
      assertThat(with.get().open().p99Ms()).isGreaterThan(with.get().floor().scores().p99Ms());
      assertThat(without.get().failed()).contains("the stop was not seen");
      assertThat(without.get().passed()).isFalse();
    }
  }

  @Test
  @Tag("slow")
  void itPassesAsTheCommandRunsIt() throws Exception {
    SelfTest.Result result = new SelfTest(new SelfTest.Options(200, 10, 300, 1)).run(Progress.NONE);
    assertThat(result.failed()).isNull();
    assertThat(result.open().p99Ms()).isGreaterThan(0.8 * result.expectedP99Ms());
  }

  @ParameterizedTest
  @CsvSource({
    "200, 210, 1, 9, ",
    "200, 200, 1, 499, ",
    "200, 104, 1, 9, ",
    "200, 103, 1, 9, the stop was not seen",
    "200, 0, 0, 9, the stop was not seen",
    "50, 0, 0, 9, the stop was not seen",
    "200, 210, 60, 9, they should differ",
    "200, 400, 1, 1600, cannot be told from",
  })
  void whatIsWrongIsSaid(double waiting, long open, long closed, double floorMs, String words) {
    String failed = SelfTest.failed(waiting, open, closed, floorMs, 2000);
    if (words == null) {
      assertThat(failed).isNull();
    } else {
      assertThat(failed).contains(words);
    }
  }

  @ParameterizedTest
  @CsvSource({"200, 4", "200, 101", "200, 200", "200, NaN", "49, 10", "NaN, 10"})
  void aTestThatWouldProveNothingIsRefused(double rate, double seconds) {
    assertThatThrownBy(() -> new SelfTest(new SelfTest.Options(rate, seconds, 20, 1)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--rate")
        .hasMessageContaining("--seconds");
  }
}
