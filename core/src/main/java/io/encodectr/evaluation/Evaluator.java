package io.encodectr.evaluation;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.Samples;
import io.encodectr.evaluation.Evaluation.Slice;
import io.encodectr.file.InputException;
import io.encodectr.interest.InterestPrecision;
import io.encodectr.model.DatasetMatch;
import io.encodectr.model.Model;
import io.encodectr.parallel.Chunks;
import io.encodectr.progress.Progress;
import io.encodectr.scoring.ScoringModel;
import io.encodectr.sequence.InterestSequence;
import io.encodectr.sequence.LongSequence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scores all samples of a part of a dataset with a model and measures the scores.
 *
 * <p>Samples are scored on all threads; a score depends on neither the threads nor the samples
 * beside it. Memory: about 30 bytes a sample, besides model and threads' buffers. One evaluator a
 * run; not thread-safe.
 */
public final class Evaluator {
  private static final int CHUNK = 2048;
  private static final int COMPARED_CHUNK = 256;

  private final Dataset dataset;
  private final Samples samples;
  private final String part;
  private final ScoringModel model;
  private final InterestUpkeep upkeep;
  private final int threads;
  private final byte[] labels;
  private final float[] scores;

  /**
   * Prepares a run.
   *
   * @param part {@code test} or {@code train}
   * @param threads at least 1
   * @throws InputException if the part is unknown, or the model cannot read the dataset
   */
  public Evaluator(Dataset dataset, String part, ScoringModel model, int threads) {
    this(dataset, part, model, InterestUpkeep.FRESH, threads);
  }

  /**
   * Prepares a run on long-term states that were kept in some way.
   *
   * @param part {@code test} or {@code train}
   * @param upkeep applies to the scores and what is measured on them
   * @param threads at least 1
   * @throws InputException if the part is unknown, the model cannot read the dataset, or its method
   *     has no such states
   */
  public Evaluator(
      Dataset dataset, String part, ScoringModel model, InterestUpkeep upkeep, int threads) {
    requireStates(model, upkeep);
    DatasetMatch.require(dataset, model.model());
    this.dataset = dataset;
    this.part = part;
    this.model = model;
    this.upkeep = upkeep;
    this.threads = threads;
    samples =
        switch (part) {
          case "test" -> dataset.test();
          case "train" -> dataset.train();
          default -> throw new InputException("part '" + part + "' is neither test nor train");
        };
    labels = new byte[samples.size()];
    scores = new float[samples.size()];
    for (int s = 0; s < labels.length; s++) {
      labels[s] = (byte) samples.label(s);
    }
  }

  private static void requireStates(ScoringModel model, InterestUpkeep upkeep) {
    LongSequence states = model.newLongSequence();
    if (upkeep.refreshSeconds() > 0 && states == null) {
      throw new InputException(
          "method "
              + model.model().spec().method()
              + " has no long-term state that could be refreshed");
    }
    if (upkeep.precision() != InterestPrecision.FLOAT32 && !(states instanceof InterestSequence)) {
      throw new InputException(
          "method "
              + model.model().spec().method()
              + " has no interests that could be rounded; take one of the ENCODE family");
    }
  }

  /** The samples being scored. */
  public Samples samples() {
    return samples;
  }

  /** Label of each sample. */
  public byte[] labels() {
    return labels;
  }

  /** Click probability of each sample, after {@link #run}. */
  public float[] scores() {
    return scores;
  }

  /**
   * What is measured besides the metrics of the scores.
   *
   * @param against a DIN-L model for the relevance indicator, or null
   * @param comparedSamples how many samples the indicator looks at, spread evenly over those with
   *     behaviors
   * @param timed whether the cost of a candidate is measured, which takes a second
   */
  public record Options(@Nullable ScoringModel against, int comparedSamples, boolean timed) {
    /** Nothing besides. */
    public static final Options NONE = new Options(null, 0, false);
  }

  /**
   * Scores and measures.
   *
   * @throws InputException if the comparison is impossible
   */
  public Evaluation run(Options options, Progress progress) throws IOException {
    ScoringModel against = options.against();
    if (against != null) {
      requireComparable(against.model());
    }
    double seconds = score(progress);
    double auc = Auc.of(scores, labels);
    double oracle = oracleAuc();
    return new Evaluation(
        model.model().spec().method(),
        part,
        labels.length,
        positives(),
        auc,
        Gauc.of(groups(), scores, labels),
        samples.hasPageViews() ? "page_view" : "user",
        LogLoss.of(scores, labels),
        oracle,
        (auc - 0.5) / (oracle - 0.5),
        warmth((byte) 1, "warm"),
        warmth((byte) 0, "cold"),
        histories(),
        against == null
            ? Evaluation.Relevance.NONE
            : compare(against, options.comparedSamples(), progress),
        options.timed() ? CandidateTiming.microseconds(dataset, samples, model) : Double.NaN,
        labels.length / Math.max(seconds, 1e-9));
  }

  private double score(Progress progress) throws IOException {
    long started = System.nanoTime();
    try (Progress.Task task = progress.begin("Scoring samples", labels.length, "samples")) {
      Chunks.run(
          Math.ceilDiv(labels.length, CHUNK),
          threads,
          () -> {
            SampleScorer scorer = new SampleScorer(dataset, samples, model, upkeep);
            return chunk -> {
              int from = SampleScorer.groupStart(samples, chunk * CHUNK);
              int to =
                  SampleScorer.groupStart(
                      samples, (int) Math.min(labels.length, (chunk + 1L) * CHUNK));
              scorer.score(from, to, scores);
              task.advance(to - from);
            };
          });
    }
    return (System.nanoTime() - started) / 1e9;
  }

  private long positives() {
    long positives = 0;
    for (byte label : labels) {
      positives += label;
    }
    return positives;
  }

  /** Page views where there are some (samples without one: their user), else users. */
  private int[] groups() {
    int[] groups = new int[labels.length];
    int pageViews = 0;
    for (int s = 0; s < groups.length; s++) {
      groups[s] = samples.pageView(s);
      pageViews = Math.max(pageViews, groups[s] + 1);
    }
    for (int s = 0; s < groups.length; s++) {
      if (groups[s] < 0) {
        groups[s] = Math.addExact(pageViews, samples.user(s));
      }
    }
    return groups;
  }

  private double oracleAuc() {
    if (!samples.hasProbability()) {
      return Double.NaN;
    }
    float[] truth = new float[labels.length];
    for (int s = 0; s < truth.length; s++) {
      truth[s] = samples.probability(s);
    }
    return Auc.of(truth, labels);
  }

  /** A user is warm with a training sample or a behavior in the training period. */
  private Slice warmth(byte wanted, String name) {
    boolean[] trained = new boolean[dataset.users()];
    Samples train = dataset.train();
    for (int s = 0; s < train.size(); s++) {
      trained[train.user(s)] = true;
    }
    long trainingEnd = dataset.info().splitTime() + 1;
    byte[] warm = new byte[labels.length];
    for (int s = 0; s < warm.length; s++) {
      int user = samples.user(s);
      boolean is = trained[user] || dataset.behaviors().countBefore(user, trainingEnd) > 0;
      warm[s] = (byte) (is ? 1 : 0);
    }
    return slice(name, warm, wanted);
  }

  private List<Slice> histories() {
    byte[] slice = new byte[labels.length];
    for (int s = 0; s < slice.length; s++) {
      slice[s] = HistorySlice.of(samples.historyEnd(s));
    }
    List<Slice> slices = new ArrayList<>();
    for (int i = 0; i < HistorySlice.count(); i++) {
      slices.add(slice(HistorySlice.name(i), slice, (byte) i));
    }
    return slices;
  }

  private Slice slice(String name, byte[] slice, byte wanted) {
    long size = 0;
    for (byte value : slice) {
      size += value == wanted ? 1 : 0;
    }
    return new Slice(name, size, Auc.ofSlice(scores, labels, slice, wanted));
  }

  private void requireComparable(Model ideal) {
    DatasetMatch.require(dataset, ideal);
    if (!ideal.spec().method().equals("din-l")) {
      throw new InputException(
          "the relevance indicator compares with a din-l model, but %s is %s"
              .formatted(ideal.path(), ideal.spec().method()));
    }
    int own = model.model().spec().longLength();
    if (ideal.spec().longLength() != own) {
      throw new InputException(
          "the relevance indicator needs the same history in both models, but %s looks at %d behaviors and %s at %d; train them with the same --long-length"
              .formatted(ideal.path(), ideal.spec().longLength(), model.model().path(), own));
    }
  }

  private Evaluation.Relevance compare(ScoringModel ideal, int wanted, Progress progress)
      throws IOException {
    if (RelevanceComparison.of(dataset, samples, model, ideal) == null) {
      return Evaluation.Relevance.NONE;
    }
    boolean smoothed = model.model().spec().sequence().method().leavesOut();
    int[] chosen = chosen(wanted);
    int chunks = Math.ceilDiv(chosen.length, COMPARED_CHUNK);
    RelevanceIndicator[] parts = new RelevanceIndicator[chunks];
    try (Progress.Task task = progress.begin("Comparing attention", chosen.length, "samples")) {
      Chunks.run(
          chunks,
          threads,
          () -> {
            RelevanceComparison comparison = RelevanceComparison.of(dataset, samples, model, ideal);
            return chunk -> {
              RelevanceIndicator indicator = new RelevanceIndicator(smoothed);
              int end = Math.min(chosen.length, (chunk + 1) * COMPARED_CHUNK);
              for (int i = chunk * COMPARED_CHUNK; comparison != null && i < end; i++) {
                comparison.add(chosen[i], indicator);
                task.advance(1);
              }
              parts[chunk] = indicator;
            };
          });
    }
    // Merged in the order of the samples, so that the sum does not depend on the threads.
    RelevanceIndicator all = new RelevanceIndicator(smoothed);
    for (RelevanceIndicator indicator : parts) {
      all.merge(indicator);
    }
    return new Evaluation.Relevance(
        all.value(),
        all.uniform(),
        all.floor(),
        all.recall(),
        all.uniformRecall(),
        all.samples(),
        all.unmatched());
  }

  /** At most {@code wanted} samples with behaviors, evenly spread. */
  private int[] chosen(int wanted) {
    int[] eligible = new int[labels.length];
    int count = 0;
    for (int s = 0; s < labels.length; s++) {
      if (samples.historyEnd(s) > 0) {
        eligible[count++] = s;
      }
    }
    int[] chosen = new int[Math.min(wanted, count)];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = eligible[(int) ((long) i * count / chosen.length)];
    }
    return chosen;
  }
}
