package io.encodectr.train;

import io.encodectr.train.checkpoint.LossSums;
import io.encodectr.train.checkpoint.TrainingState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The lines of metrics.jsonl: one every so many steps and one an epoch. Apart from {@code seconds}
 * and {@code samples_per_second}, equal runs write equal lines.
 */
final class TrainingMetrics {
  private final List<Map<String, Object>> lines;
  private double lastSeconds;

  /** Goes on after earlier lines. */
  TrainingMetrics(List<Map<String, Object>> earlier) {
    lines = new ArrayList<>(earlier);
    if (!lines.isEmpty() && lines.getLast().get("seconds") instanceof Number seconds) {
      lastSeconds = seconds.doubleValue();
    }
  }

  /** The lines so far. */
  List<Map<String, Object>> lines() {
    return List.copyOf(lines);
  }

  /** Adds a line on the steps since the last such line. */
  void step(TrainingState state) {
    Map<String, Object> line = line("step", state, state.logSums(), state.epoch() + 1);
    double spent = state.seconds() - lastSeconds;
    line.put("samples_per_second", spent > 0 ? round(state.logSums().samples() / spent) : 0);
    lastSeconds = state.seconds();
    lines.add(line);
  }

  /** Adds a line on an epoch that ended. */
  void epoch(TrainingState state, Validation.@Nullable Result validation) {
    Map<String, Object> line = line("epoch", state, state.epochSums(), state.epoch() + 1);
    if (validation != null) {
      if (!Double.isNaN(validation.auc())) {
        line.put("validation_auc", validation.auc());
      }
      line.put("validation_log_loss", validation.logLoss());
      line.put("validation_samples", validation.samples());
    }
    lastSeconds = state.seconds();
    lines.add(line);
  }

  private static Map<String, Object> line(
      String what, TrainingState state, LossSums sums, int epoch) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("event", what);
    line.put("epoch", epoch);
    line.put("step", state.step());
    line.put("samples", sums.samples());
    line.put("train_loss", sums.meanCrossEntropy());
    if (sums.anchors() > 0) {
      line.put("triplet_loss", sums.meanTriplet());
    }
    line.put("seconds", round(state.seconds()));
    return line;
  }

  private static double round(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  /** Losses and validation figures of an epoch, from 1; without times. */
  Map<String, Object> ofEpoch(int epoch) {
    Map<String, Object> found = new LinkedHashMap<>();
    for (Map<String, Object> line : lines) {
      boolean asked =
          "epoch".equals(line.get("event"))
              && line.get("epoch") instanceof Number number
              && number.intValue() == epoch;
      if (asked) {
        for (String key :
            List.of("train_loss", "triplet_loss", "validation_auc", "validation_log_loss")) {
          Object value = line.get(key);
          if (value != null) {
            found.put(key, value);
          }
        }
      }
    }
    return found;
  }
}
