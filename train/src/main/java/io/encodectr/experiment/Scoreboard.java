package io.encodectr.experiment;

import io.encodectr.evaluation.DeLong;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/** All that has been measured so far, by row and seed, and how rows differ. */
final class Scoreboard {
  /** What is averaged over seeds, in the order of results. */
  static final List<String> MEASURES =
      List.of(
          "auc",
          "gauc",
          "log_loss",
          "share_of_oracle",
          "warm_auc",
          "cold_auc",
          "ri",
          "ri_uniform",
          "ri_floor",
          "recall_50",
          "recall_50_uniform",
          "ri_unmatched",
          "train_seconds",
          "samples_per_second",
          "peak_memory_bytes",
          "interests_per_user",
          "bytes_per_user",
          "lag_days",
          "lag_behaviors",
          "max_score_delta");

  /** Measures that are maxima: over seeds too the largest counts. */
  private static final Set<String> LARGEST = Set.of("max_score_delta");

  private final byte[] labels;
  private final int[] users;
  private final Map<String, TreeMap<Long, String>> failures = new HashMap<>();
  private final Map<String, TreeMap<Long, Map<String, Object>>> results = new HashMap<>();
  private final Map<String, TreeMap<Long, Scores>> scores = new HashMap<>();
  private final Map<List<Object>, DeLong.Difference> differences = new HashMap<>();

  /** Where a run's scores can be read. */
  @FunctionalInterface
  interface Scores {
    float[] read() throws IOException;
  }

  /**
   * @param labels of the test samples
   * @param users of the test samples, from 0 on
   */
  Scoreboard(byte[] labels, int[] users) {
    this.labels = labels;
    this.users = users;
  }

  /** Takes a run's results. */
  void put(String row, long seed, Map<String, Object> found, Scores readScores) {
    results.computeIfAbsent(row, key -> new TreeMap<>()).put(seed, found);
    scores.computeIfAbsent(row, key -> new TreeMap<>()).put(seed, readScores);
  }

  /** Takes the reason why a run came to nothing. */
  void fail(String row, long seed, String reason) {
    failures.computeIfAbsent(row, key -> new TreeMap<>()).put(seed, reason);
  }

  /** Why runs came to nothing, by seed. */
  SequencedMap<Long, String> failures(String row) {
    return failures.getOrDefault(row, new TreeMap<>());
  }

  /** Results by seed; empty where there are none yet. */
  SequencedMap<Long, Map<String, Object>> runs(String row) {
    return results.getOrDefault(row, new TreeMap<>());
  }

  /** Mean of a measure over seeds, of a maximum the largest; null where no run has it. */
  @Nullable Double mean(String row, String measure) {
    List<Double> values = values(row, measure);
    if (values.isEmpty()) {
      return null;
    }
    DoubleStream numbers = values.stream().mapToDouble(Double::doubleValue);
    return (LARGEST.contains(measure) ? numbers.max() : numbers.average()).orElseThrow();
  }

  /** Sample standard deviation over seeds; null for fewer than two. */
  @Nullable Double deviation(String row, String measure) {
    List<Double> values = values(row, measure);
    Double mean = mean(row, measure);
    if (values.size() < 2 || mean == null || LARGEST.contains(measure)) {
      return null;
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (values.size() - 1));
  }

  private List<Double> values(String row, String measure) {
    List<Double> values = new ArrayList<>();
    for (Map<String, Object> run : runs(row).values()) {
      if (run.get(measure) instanceof Number number) {
        values.add(number.doubleValue());
      }
    }
    return values;
  }

  /** Seeds that both rows were run with. */
  List<Long> seeds(String row, String other) {
    return runs(row).keySet().stream().filter(runs(other)::containsKey).toList();
  }

  /**
   * How the AUC of a row differs from that of another one.
   *
   * @return null where they have no seed in common
   */
  DeLong.@Nullable Difference difference(String row, String other) throws IOException {
    List<Long> seeds = seeds(row, other);
    if (seeds.isEmpty()) {
      return null;
    }
    List<Object> key = List.of(row, other, seeds);
    DeLong.Difference known = differences.get(key);
    if (known == null) {
      known = DeLong.of(scores(row, seeds), scores(other, seeds), labels, users);
      differences.put(key, known);
    }
    return known;
  }

  private List<float[]> scores(String row, List<Long> seeds) throws IOException {
    List<float[]> all = new ArrayList<>();
    Map<Long, Scores> own = scores.getOrDefault(row, new TreeMap<>());
    for (Map.Entry<Long, Scores> entry : own.entrySet()) {
      if (seeds.contains(entry.getKey())) {
        all.add(entry.getValue().read());
      }
    }
    return all;
  }
}
