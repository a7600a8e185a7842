package io.encodectr.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.evaluation.Auc;
import io.encodectr.evaluation.CandidateTiming;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Findings on made-up scores, of which it is known which ones differ. */
class FindingsTest {
  private static final int SAMPLES = 4000;

  private final Random random = new Random(9);
  private final byte[] labels = new byte[SAMPLES];
  private final float[] base = new float[SAMPLES];
  private final Scoreboard board;

  FindingsTest() {
    for (int i = 0; i < SAMPLES; i++) {
      labels[i] = (byte) random.nextInt(2);
      base[i] = (float) random.nextGaussian() + labels[i];
    }
    // As many users as samples, so that a user's samples have nothing in common.
    int[] users = new int[SAMPLES];
    Arrays.setAll(users, i -> i);
    board = new Scoreboard(labels, users);
  }

  /** A row whose scores follow the labels as the base does, and noise of its own. */
  private void row(String id, double noise, Map<String, Object> more, int seeds) {
    for (long seed = 1; seed <= seeds; seed++) {
      float[] scores = base.clone();
      for (int i = 0; i < SAMPLES; i++) {
        scores[i] += (float) (noise * random.nextGaussian());
      }
      Map<String, Object> found = new HashMap<>(more);
      found.put("auc", Auc.of(scores, labels));
      board.put(id, seed, found, () -> scores);
    }
  }

  private List<String> findings(String section) throws IOException {
    Section found = PaperPlan.paper().only(List.of(section)).sections().getFirst();
    return new Findings(found, board, null).sentences();
  }

  @Test
  void saysWhatTheTestTellsApartAndNoMore() throws IOException {
    row("encode", 0.02, Map.of(), 3);
    row("din-l", 0.02, Map.of(), 3);
    row("sim-hard", 2, Map.of(), 3);
    row("eta", 0.1, Map.of(), 3);
    String all = String.join("\n", findings("table2"));
    assertThat(all).contains("significantly worse: SIM (hard) (−0.");
    assertThat(all).contains("not told apart from it: ");
    assertThat(all).doesNotContain("significantly better");
    assertThat(all).contains("ENCODE and DIN-L (upper bound) are about equal, as in the paper");
    assertThat(all).contains("As in the paper: ENCODE over SIM (hard)");
    assertThat(all).contains("In the paper but not shown here: ENCODE over ETA");
    assertThat(all).doesNotContain("seed");
  }

  @Test
  void saysWhereThePaperIsContradicted() throws IOException {
    row("encode", 1.5, Map.of(), 2);
    row("din-l", 0.1, Map.of(), 2);
    row("sdim", 0.1, Map.of(), 2);
    String all = String.join("\n", findings("table2"));
    assertThat(all).contains("here the first is behind by more than noise");
    assertThat(all)
        .contains("Contrary to the paper, significantly the other way: ENCODE over SDIM");
    assertThat(all).contains("significantly better: ");
  }

  @Test
  void whatCannotBeToldApartIsNotYetEqual() throws IOException {
    row("encode", 1, Map.of(), 2);
    row("din-l", 1, Map.of(), 2);
    assertThat(String.join("\n", findings("table2")))
        .contains("ENCODE and DIN-L (upper bound) are not told apart")
        .contains("too wide to call them equal");
  }

  @Test
  void oneSeedIsCalledOneSeed() throws IOException {
    row("encode", 0.1, Map.of(), 1);
    row("din", 2, Map.of(), 1);
    assertThat(findings("table5").getFirst()).startsWith("One seed: ");
    row("din", 2, Map.of(), 2);
    assertThat(findings("table5").getFirst()).startsWith("Some rows have one seed so far");
  }

  @Test
  void relevanceIsReadAgainstItsScale() throws IOException {
    row("din-l", 0.1, Map.of("ri", 2.0, "ri_uniform", 5.0, "ri_floor", 2.0), 2);
    row("encode", 0.2, Map.of("ri", 3.0), 2);
    row("eta", 0.4, Map.of("ri", 4.0), 2);
    row("sdim", 0.6, Map.of("ri", 4.5, "ri_unmatched", 0.031), 2);
    row("twin", 2.5, Map.of("ri", 6.0), 2);
    String all = String.join("\n", findings("table3"));
    assertThat(all).contains("Closest to DIN-L's attention: ENCODE (RI 3.00)");
    assertThat(all).contains("Farther from it than equal weights: TWIN;");
    assertThat(all).contains("over these 4 methods: −1.00").contains("anything between ±1.00");
    assertThat(all).contains("SDIM in 3.10% of the samples");
  }

  @Test
  void notToldApartIsNeverCalledEqual() throws IOException {
    for (String id : List.of("encode", "encode-k-10", "encode-k-20")) {
      row(id, 0.1, Map.of(), 3);
    }
    String all = String.join("\n", findings("figure3a"));
    assertThat(all).contains("Mean AUC lies between");
    assertThat(all).containsPattern("Between these two the difference is \\+0.*95% confidence");
    assertThat(all).containsPattern("not told apart from it: ENCODE, K = .0 \\(.*95% interval");
    assertThat(all).doesNotContain("hardly matters").doesNotContain("equal");
  }

  @Test
  void saysToWhomEncodeLoses() throws IOException {
    row("encode", 1.5, Map.of(), 2);
    row("encode-mass", 0.1, Map.of(), 2);
    row("din", 2.5, Map.of(), 2);
    row("sdim", 0.2, Map.of(), 2);
    String all = String.join("\n", findings("table2"));
    assertThat(all).containsPattern("ENCODE loses in AUC to SDIM \\(\\+0.*p < 0.0001\\)");
    assertThat(all).contains("above that of ENCODE, mass-aware");
  }

  @Test
  void costsAreToldInWords() throws IOException {
    row("encode", 1, Map.of("samples_per_second", 500., "peak_memory_bytes", 7e8), 2);
    row("din-l", 1, Map.of("samples_per_second", 300., "peak_memory_bytes", 9e8), 2);
    row("sdim", 1, Map.of("samples_per_second", 900., "peak_memory_bytes", 8e8), 2);
    Section section = PaperPlan.paper().only(List.of("table2")).sections().getFirst();
    InferenceTimes times =
        new InferenceTimes(
            10,
            5,
            "now",
            Map.of(),
            Map.of("encode", cost(2), "din-l", cost(6), "sdim", cost(1), "din", cost(2.01)));
    String all = String.join("\n", new Findings(section, board, times).sentences());
    assertThat(all)
        .contains("quicker: SDIM (1.00 ms); within 5%: DIN (2.01 ms); slower: DIN-L")
        .contains("DIN-L takes 3.00 times as long as ENCODE")
        .contains("Training works through 300 (DIN-L (upper bound)) to 900 (SDIM) samples a second")
        .contains("Training takes at most 700 (ENCODE) to 900 (DIN-L (upper bound)) MB of memory");
  }

  private static CandidateTiming.Cost cost(double milliseconds) {
    return new CandidateTiming.Cost(10, milliseconds, milliseconds, 5, 100);
  }

  @Test
  void linesReadAsSentences() throws IOException {
    for (String id : List.of("din-l", "encode")) {
      row(id + "-length-50", 2, Map.of("samples_per_second", 1000.), 2);
      row(id + "-length-500", 0.1, Map.of("samples_per_second", 250.), 2);
    }
    Section length = PaperPlan.lengthSweep(List.of(50., 500.)).sections().getFirst();
    String all = String.join("\n", new Findings(length, board, null).sentences());
    assertThat(all)
        .contains("DIN-L with a history of 500 instead of 50: AUC +0.")
        .contains("training ENCODE on 100,000 samples from 100 to 400 s.");
    row("encode", 0.1, Map.of(), 2);
    row("encode-every-1-days", 2, Map.of("lag_days", 0.4), 2);
    Section stale = PaperPlan.staleness(List.of(0., 1.)).sections().getFirst();
    assertThat(new Findings(stale, board, null).sentences().getFirst())
        .startsWith("ENCODE extracted every day instead of at each request: AUC −0.")
        .endsWith("states are 0.40 days old on average.");
  }

  @Test
  void theLargestChangeIsTheLargestOfAllSeeds() throws IOException {
    row("encode", 0.1, Map.of("bytes_per_user", 400.), 3);
    for (long seed = 1; seed <= 3; seed++) {
      board.put(
          "encode-float16",
          seed,
          Map.of("auc", 0.7, "max_score_delta", 0.001 * seed, "bytes_per_user", 200.),
          base::clone);
    }
    Section quantize = PaperPlan.quantize().sections().getFirst();
    assertThat(String.join("\n", new Findings(quantize, board, null).sentences()))
        .contains("No score moves by more than 0.0030");
    assertThat(board.mean("encode-float16", "max_score_delta")).isEqualTo(0.003);
    assertThat(board.deviation("encode-float16", "max_score_delta")).isNull();
  }

  @Test
  void nothingIsFoundInOneRow() throws IOException {
    row("encode", 0.1, Map.of(), 3);
    assertThat(findings("table2")).isEmpty();
  }
}
