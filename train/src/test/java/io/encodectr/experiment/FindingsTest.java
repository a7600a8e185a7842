package io.encodectr.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.evaluation.Auc;
import java.io.IOException;
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
    board = new Scoreboard(labels);
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
    row("encode", 0.1, Map.of(), 3);
    row("din-l", 0.1, Map.of(), 3);
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
    row("sdim", 0.6, Map.of("ri", 4.5), 2);
    row("twin", 2.5, Map.of("ri", 6.0), 2);
    String all = String.join("\n", findings("table3"));
    assertThat(all).contains("Closest to DIN-L's attention: ENCODE (RI 3.00)");
    assertThat(all).contains("Farther from it than equal weights: TWIN;");
    assertThat(all).contains("over these 4 methods: −1.00");
  }

  @Test
  void aSettingThatHardlyMattersIsCalledThat() throws IOException {
    for (String id : List.of("encode", "encode-k-10", "encode-k-20")) {
      row(id, 0.1, Map.of(), 3);
    }
    String all = String.join("\n", findings("figure3a"));
    assertThat(all).contains("the setting hardly matters here").contains("Mean AUC lies between");
  }

  @Test
  void nothingIsFoundInOneRow() throws IOException {
    row("encode", 0.1, Map.of(), 3);
    assertThat(findings("table2")).isEmpty();
  }
}
