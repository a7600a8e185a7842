package io.encodectr.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where the best of what was tried is the largest or smallest of it, so that something beyond might
 * have been better still.
 */
final class GridEdges {
  /** Methods by what they chose, such as {@code learning_rate 0.003, the largest}. */
  private final SequencedMap<String, List<String>> byEdge = new LinkedHashMap<>();

  private GridEdges() {}

  /**
   * One sentence, or null if no choice lies on an edge.
   *
   * @param labels of the variants that have trials, by id
   * @param epochs of a trial
   */
  static @Nullable String sentence(
      Map<String, String> labels, Map<String, Choice> choices, int epochs) {
    GridEdges edges = new GridEdges();
    choices.forEach((id, choice) -> {
      if (!choice.failed()) {
        edges.add(labels.getOrDefault(id, id), choice, epochs);
      }
    });
    List<String> parts = new ArrayList<>();
    edges.byEdge.forEach((edge, methods) -> parts.add(edge + " (" + Wording.list(methods) + ")"));
    return parts.isEmpty()
        ? null
        : "On the edge of what was tried lie: "
            + String.join("; ", parts)
            + ". Values beyond, or more epochs, might serve these methods better.";
  }

  private void add(String label, Choice choice, int epochs) {
    Choice.Outcome best = choice.best();
    if (best.epoch() == epochs && epochs > 1) {
      note("the last of " + epochs + " epochs", label);
    }
    best.trial()
        .options()
        .forEach((key, value) -> {
          SequencedSet<Double> tried = new TreeSet<>();
          for (Choice.Outcome outcome : choice.all()) {
            if (outcome.failure() == null
                && outcome.trial().options().get(key) instanceof Number number) {
              tried.add(number.doubleValue());
            }
          }
          // A weight decay of 0 is no edge: there is nothing below.
          if (value instanceof Number number && tried.size() > 1 && number.doubleValue() != 0) {
            double own = number.doubleValue();
            String named = new Trial(Map.of(key, value)).name();
            if (own == tried.getLast()) {
              note(named + ", the largest", label);
            } else if (own == tried.getFirst()) {
              note(named + ", the smallest", label);
            }
          }
        });
  }

  private void note(String edge, String label) {
    byEdge.computeIfAbsent(edge, key -> new ArrayList<>()).add(label);
  }
}
