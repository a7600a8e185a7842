package io.encodectr.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.encodectr.dataset.Column;
import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.interest.Interests;
import io.encodectr.kernel.Kernels;
import io.encodectr.model.Model;
import io.encodectr.model.ModelFixture;
import io.encodectr.sequence.InterestSequence;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scores of whole models, against plain double arithmetic and against themselves. */
class CandidateScorerTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final long SEED = Long.getLong("encode.test.seed", 20261123L);
  private static final int D = 32;
  private final SplittableRandom random = new SplittableRandom(SEED);
  @TempDir private Path folder;
  private Dataset dataset;

  @BeforeEach
  void makeDataset() throws Exception {
    dataset = DatasetFixture.random(SEED, 20, 300, 200).open(folder.resolve("data"));
  }

  @AfterEach
  void closeDataset() {
    dataset.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"din", "avg-pooling", "din-l"})
  void scoresAreThoseOfPlainArithmetic(String method) throws Exception {
    Model model = model(method);
    ScoringModel scoring = ScoringModel.of(model);
    CandidateScorer scorer = new CandidateScorer(scoring);
    for (int length : new int[] {0, 1, 3, 50, 51, 170}) {
      int[] history = random.ints(length, 0, 300).toArray();
      int[] candidates = {3, 9, 250, scoring.items().unknown()};
      float[] userContext = userContext(scoring, 5, 7);
      scorer.history(history, 0, length, 77);
      float[] logits = new float[candidates.length];
      scorer.score(userContext, true, candidates, 0, candidates.length, logits, 0);
      for (int i = 0; i < candidates.length; i++) {
        double expected = plainLogit(model, userContext, history, candidates[i]);
        assertThat((double) logits[i])
            .as("%s, %d behaviors, seed %d", method, length, SEED)
            .isCloseTo(expected, within(1e-5 * Math.max(1, Math.abs(expected))));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "din",
        "avg-pooling",
        "din-l",
        "encode",
        "sim-hard",
        "eta",
        "eta-encode",
        "eta-ta",
        "sdim"
      })
  void candidatesAndContextsBesideACandidateDoNotChangeABit(String method) throws Exception {
    ScoringModel scoring = ScoringModel.of(model(method));
    CandidateScorer scorer = new CandidateScorer(scoring);
    int[] history = random.ints(160, 0, 300).toArray();
    int[] candidates = random.ints(233, 0, 301).toArray();
    int width = scoring.userContext().width();
    float[] rows = new float[candidates.length * width];
    for (int i = 0; i < candidates.length; i++) {
      System.arraycopy(userContext(scoring, 5, i % 13), 0, rows, i * width, width);
    }
    scorer.history(history, 0, history.length, 77);
    float[] together = new float[candidates.length];
    scorer.score(rows, false, candidates, 0, candidates.length, together, 0);
    CandidateScorer other = new CandidateScorer(scoring);
    other.history(new int[] {1, 2, 3}, 0, 3, 5);
    other.history(history, 0, history.length, 77);
    for (int i = 0; i < candidates.length; i += 11) {
      float[] alone = new float[1];
      other.score(userContext(scoring, 5, i % 13), true, candidates, i, 1, alone, 0);
      assertThat(alone[0]).as("candidate %d, seed %d", i, SEED).isEqualTo(together[i]);
    }
  }

  @Test
  void storedInterestsGiveTheBitsOfTheHistory() throws Exception {
    ScoringModel scoring = ScoringModel.of(model("encode"));
    CandidateScorer scorer = new CandidateScorer(scoring);
    int[] candidates = random.ints(150, 0, 301).toArray();
    float[] userContext = userContext(scoring, 2, 1);
    for (int length : new int[] {0, 1, 29, 31, 200}) {
      int[] history = random.ints(length, 0, 300).toArray();
      scorer.history(history, 0, length, 77);
      float[] fresh = new float[candidates.length];
      scorer.score(userContext, true, candidates, 0, candidates.length, fresh, 0);
      Interests extracted = ((InterestSequence) scorer.longSequence()).interests();
      Interests stored = new Interests(30, D);
      System.arraycopy(extracted.vectors(), 0, stored.vectors(), 0, extracted.count() * D);
      stored.complete(extracted.count());
      CandidateScorer online = new CandidateScorer(scoring);
      int recent = Math.min(50, length);
      online.interests(stored, history, length - recent, recent, 77);
      float[] served = new float[candidates.length];
      online.score(userContext, true, candidates, 0, candidates.length, served, 0);
      assertThat(served).isEqualTo(fresh);
    }
  }

  @Test
  void partsComputedAheadGiveTheBitsOfPartsComputedEachTime() throws Exception {
    Model model = model("encode");
    for (Arithmetic arithmetic : Arithmetic.values()) {
      ScoringModel tabulated = ScoringModel.of(model, ScoringOptions.DEFAULT.with(arithmetic));
      ScoringModel computing = ScoringModel.of(model, new ScoringOptions(arithmetic, 0));
      assertThat(tabulated.hasItemParts()).isTrue();
      assertThat(computing.hasItemParts()).isFalse();
      assertThat(logits(computing, 233)).isEqualTo(logits(tabulated, 233));
    }
  }

  @Test
  void wholeNumbersComeCloseAndDoNotDependOnNeighbors() throws Exception {
    ScoringModel floats = ScoringModel.of(model("encode"));
    ScoringModel bytes =
        ScoringModel.of(floats.model(), ScoringOptions.DEFAULT.with(Arithmetic.INT8));
    float[] exact = logits(floats, 233);
    float[] near = logits(bytes, 233);
    double spread = 0;
    double error = 0;
    for (int i = 0; i < exact.length; i++) {
      spread += Math.abs(exact[i] - exact[(i + 1) % exact.length]);
      error += Math.abs(exact[i] - near[i]);
    }
    assertThat(error).as("seed %d", SEED).isBetween(1e-6, 0.2 * spread);
    for (int count : new int[] {1, 2, 7, 48, 49}) {
      assertThat(logits(bytes, count)).isEqualTo(Arrays.copyOf(near, count));
    }
  }

  /** Logits of the first of 233 candidates, for a user of 160 behaviors. */
  private float[] logits(ScoringModel scoring, int count) {
    SplittableRandom fixed = new SplittableRandom(SEED);
    int[] history = fixed.ints(160, 0, 300).toArray();
    int[] candidates = fixed.ints(233, 0, 301).toArray();
    CandidateScorer scorer = new CandidateScorer(scoring);
    scorer.history(history, 0, history.length, 77);
    float[] logits = new float[count];
    scorer.score(userContext(scoring, 5, 3), true, candidates, 0, count, logits, 0);
    return logits;
  }

  /**
   * In a process of its own, as a service is: where tests have called kernels with all sorts of
   * shapes, the compiler may leave a vector on the heap.
   */
  @ParameterizedTest
  @ValueSource(strings = {"din", "encode", "din-l"})
  void noCandidateAllocates(String method) throws Exception {
    assumeThat(Kernels.provider()).isEqualTo("vector");
    model(method);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Allocation.class.getName(),
                folder.resolve(method).toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = process.inputReader()) {
      assertThat(Long.parseLong(out.readLine()))
          .as("bytes of a request of 3,000 candidates, compiled")
          .isLessThan(3000);
    }
    assertThat(process.waitFor()).isZero();
  }

  /** Prints the fewest bytes that a request of 3,000 candidates allocates. */
  static final class Allocation {
    private Allocation() {}

    public static void main(String[] arguments) throws IOException {
      var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
      ScoringModel scoring = ScoringModel.of(Model.load(Path.of(arguments[0])));
      CandidateScorer scorer = new CandidateScorer(scoring);
      SplittableRandom random = new SplittableRandom(SEED);
      int[] history = random.ints(160, 0, 300).toArray();
      int[] candidates = random.ints(3000, 0, 301).toArray();
      float[] userContext = new float[scoring.userContext().width()];
      float[] logits = new float[candidates.length];
      scorer.history(history, 0, history.length, 77);
      long least = Long.MAX_VALUE;
      // On a busy machine the compiler takes its time, and until then vectors are objects.
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (least >= 3000 && System.nanoTime() < end) {
        long before = threads.getCurrentThreadAllocatedBytes();
        scorer.score(userContext, true, candidates, 0, candidates.length, logits, 0);
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      System.out.println(least);
    }
  }

  @Test
  void theExplainedInputGivesTheLogit() throws Exception {
    Model model = model("encode");
    ScoringModel scoring = ScoringModel.of(model);
    CandidateScorer scorer = new CandidateScorer(scoring);
    int[] history = random.ints(100, 0, 300).toArray();
    scorer.history(history, 0, history.length, 77);
    float[] userContext = userContext(scoring, 1, 3);
    float[] logit = new float[1];
    scorer.score(userContext, true, new int[] {42}, 0, 1, logit, 0);
    float[] x = scorer.input(userContext, 42);
    assertThat(x).hasSize(model.layout().inputWidth());
    double[] input = new double[x.length];
    Arrays.setAll(input, i -> x[i]);
    assertThat((double) logit[0]).isCloseTo(tower(model, input), within(1e-5));
  }

  @Test
  void onlyEncodeTakesStoredInterests() throws Exception {
    CandidateScorer scorer = new CandidateScorer(ScoringModel.of(model("din-l")));
    assertThatThrownBy(() -> scorer.interests(new Interests(30, D), new int[0], 0, 0, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("din-l");
  }

  private Model model(String method) throws Exception {
    Path path = folder.resolve(method);
    ModelFixture.write(path, method, dataset, SEED);
    return Model.load(path);
  }

  private float[] userContext(ScoringModel scoring, int user, int sample) {
    float[] x = new float[scoring.userContext().width()];
    scoring.userContext().user(dataset.userFeatures(), user, x, 0);
    scoring.userContext().context(dataset.test(), sample % dataset.test().size(), x, 0);
    return x;
  }

  private double plainLogit(Model model, float[] userContext, int[] history, int target) {
    double[] e = embedding(model, target);
    double[] x = new double[model.layout().inputWidth()];
    for (int i = 0; i < userContext.length; i++) {
      x[i] = userContext[i];
    }
    int at = userContext.length;
    System.arraycopy(e, 0, x, at, D);
    at += D;
    List<Column> columns = model.spec().schema().item();
    for (int c = 0; c < columns.size(); c++) {
      if (!columns.get(c).categorical()) {
        x[at++] = target < model.items() ? model.itemFeatures().number(c, target) : 0;
      }
    }
    int recent = Math.min(50, history.length);
    double[] r =
        recent == 0
            ? doubles(model.weights("default.recent"))
            : attend(
                model,
                Arrays.copyOfRange(history, history.length - recent, history.length),
                e,
                false);
    at = put(x, at, r, e);
    if (model.layout().hasLong()) {
      double[] l =
          history.length == 0
              ? doubles(model.weights("default.long"))
              : model.spec().method().equals("din-l")
                  ? attend(model, history, e, true)
                  : mean(model, history);
      at = put(x, at, l, e);
    }
    assertThat(at).isEqualTo(x.length);
    return tower(model, x);
  }

  private static int put(double[] x, int at, double[] v, double[] e) {
    for (int c = 0; c < D; c++) {
      x[at + c] = v[c];
      x[at + D + c] = v[c] * e[c];
    }
    return at + 2 * D;
  }

  private static double[] attend(Model model, int[] keys, double[] e, boolean cosine) {
    double[] out = new double[D];
    double total = 0;
    for (int key : keys) {
      double[] k = embedding(model, key);
      double similarity =
          cosine ? 20 * dot(k, e) / Math.sqrt(dot(k, k) * dot(e, e)) : dot(k, e) / Math.sqrt(D);
      double w = Math.exp(similarity);
      total += w;
      for (int c = 0; c < D; c++) {
        out[c] += w * k[c];
      }
    }
    for (int c = 0; c < D; c++) {
      out[c] /= total;
    }
    return out;
  }

  private static double[] mean(Model model, int[] keys) {
    double[] out = new double[D];
    for (int key : keys) {
      double[] k = embedding(model, key);
      for (int c = 0; c < D; c++) {
        out[c] += k[c] / keys.length;
      }
    }
    return out;
  }

  private static double[] embedding(Model model, int item) {
    double[] e = new double[D];
    int row = item < model.items() ? model.itemRow(item) : 0;
    int idWidth = model.layout().idWidth();
    for (int c = 0; c < idWidth; c++) {
      e[c] = model.weights("item.id")[row * idWidth + c];
    }
    int at = idWidth;
    List<Column> columns = model.spec().schema().item();
    for (int q = 0; q < columns.size(); q++) {
      if (!columns.get(q).categorical()) {
        continue;
      }
      int width = model.layout().columnWidth(q);
      float[] table = model.weights("item." + columns.get(q).name());
      int count = item < model.items() ? model.itemFeatures().valueCount(q, item) : 0;
      for (int v = 0; v < Math.max(1, count); v++) {
        int code =
            count == 0 ? columns.get(q).vocabulary() : model.itemFeatures().value(q, item, v);
        for (int c = 0; c < width; c++) {
          e[at + c] += table[code * width + c] / Math.max(1, count);
        }
      }
      at += width;
    }
    return e;
  }

  private static double tower(Model model, double[] x) {
    double[] z = x;
    for (int layer = 0; layer < 3; layer++) {
      float[] w = model.weights("tower." + layer + ".weight");
      float[] b = model.weights("tower." + layer + ".bias");
      double[] next = new double[b.length];
      for (int j = 0; j < b.length; j++) {
        next[j] = b[j];
        for (int i = 0; i < z.length; i++) {
          next[j] += z[i] * w[i * b.length + j];
        }
        if (layer < 2) {
          next[j] = Math.max(0, next[j]);
        }
      }
      z = next;
    }
    return z[0];
  }

  private static double[] doubles(float[] x) {
    double[] y = new double[x.length];
    Arrays.setAll(y, i -> x[i]);
    return y;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int c = 0; c < D; c++) {
      sum += a[c] * b[c];
    }
    return sum;
  }
}
