package io.encodectr.experiment;

import io.encodectr.dataset.Dataset;
import io.encodectr.evaluation.CandidateTiming.Cost;
import io.encodectr.evaluation.DeLong;
import io.encodectr.file.Json;
import io.encodectr.report.ReportPage;
import io.encodectr.train.TrainOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes what is known so far: {@code results.json}, {@code results.csv}, {@code report.html}. */
final class ResultsFiles {
  /** The format of {@code results.json}. */
  static final int FORMAT = 1;

  private static final String TEST =
      "DeLong by users over the mean of the seeds, with the variance between seeds";
  private static final String TEST_OF_ONE =
      "DeLong by users, one seed: the variance between seeds is unknown";

  private final ExperimentOptions options;
  private final ExperimentPlan plan;
  private final Grid grid;
  private final OutputFolder out;
  private final Scoreboard board;
  private final Map<String, Choice> choices;
  private final ProgramCount programs;
  private final List<String> leftOut;
  private final Map<String, @Nullable Object> provenance;
  private final double earlierSeconds;

  ResultsFiles(
      ExperimentOptions options,
      ExperimentPlan plan,
      Grid grid,
      Dataset dataset,
      OutputFolder out,
      Scoreboard board,
      Map<String, Choice> choices,
      ProgramCount programs,
      List<String> leftOut)
      throws IOException {
    this.options = options;
    this.plan = plan;
    this.grid = grid;
    this.out = out;
    this.board = board;
    this.choices = choices;
    this.programs = programs;
    this.leftOut = leftOut;
    provenance = Provenance.of(options, grid, dataset);
    earlierSeconds = out.earlierSeconds();
  }

  /**
   * Replaces the files.
   *
   * @param started {@link System#nanoTime} at the start of this process's work
   */
  void write(@Nullable InferenceTimes times, long started, boolean complete) throws IOException {
    double seconds = earlierSeconds + (System.nanoTime() - started) / 1e9;
    provenance.put("seconds", seconds);
    provenance.put("programs", programs.asList());
    putPresent(provenance, "inference_program", times == null ? null : times.program());
    Map<String, @Nullable Object> root = new LinkedHashMap<>();
    root.put("format", FORMAT);
    root.put("experiment", plan.name());
    root.put("created", out.created());
    root.put("complete", complete);
    root.put("provenance", provenance);
    root.put("protocol", protocol());
    List<Object> sections = new ArrayList<>();
    for (Section section : plan.sections()) {
      sections.add(section(section, times));
    }
    root.put("sections", sections);
    Json.write(out.results(), Finite.of(root));
    ResultsTable.write(out.csv(), plan, board, options.seeds().getFirst(), times);
    ReportPage.write(out.results(), out.report());
  }

  private List<String> protocol() {
    return new Protocol(options, grid, plan, choices, programs).sentences(leftOut);
  }

  private Map<String, @Nullable Object> section(Section section, @Nullable InferenceTimes times)
      throws IOException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("id", section.id());
    map.put("kind", section.kind());
    map.put("title", section.title());
    map.put("question", section.question());
    Section.Axes axes = section.axes();
    if (axes == null) {
      map.put("columns", section.columns());
    } else {
      map.put("x", axes.x());
      map.put("y", axes.y().getFirst());
      if (axes.y().size() > 1) {
        map.put("series", axes.y());
      }
    }
    if (section.columns().contains("ri")) {
      map.put("scale", scale());
    }
    List<Object> rows = new ArrayList<>();
    for (Row row : section.rows()) {
      rows.add(row(section, row, times));
    }
    map.put("rows", rows);
    map.put("findings", new Findings(section, board, times).sentences());
    return map;
  }

  /** What the relevance indicator is to be read against. */
  private Map<String, @Nullable Object> scale() {
    Map<String, @Nullable Object> scale = new LinkedHashMap<>();
    scale.put("ri_uniform", board.mean(ExperimentPlan.IDEAL, "ri_uniform"));
    scale.put("ri_floor", board.mean(ExperimentPlan.IDEAL, "ri_floor"));
    scale.put("recall_uniform", board.mean(ExperimentPlan.IDEAL, "recall_50_uniform"));
    return scale;
  }

  private Map<String, @Nullable Object> row(
      Section section, Row row, @Nullable InferenceTimes times) throws IOException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("id", row.id());
    map.put("label", row.label());
    putPresent(map, "note", row.note());
    map.put("options", different(row.variant()));
    putPresent(map, "line", row.line());
    putPresent(map, "x", row.x());
    putPresent(map, "m", row.m());
    putPresent(map, "complexity", row.complexity());
    putPresent(map, "chosen", chosen(row.variant()));
    putPresent(map, "failed", failed(row.variant()));
    if (!board.failures(row.id()).isEmpty()) {
      map.put("failed_runs", failedRuns(row.id()));
    }
    List<Object> runs = new ArrayList<>();
    board.runs(row.id()).forEach((seed, found) -> runs.add(run(seed, found)));
    map.put("runs", runs);
    Map<String, @Nullable Object> mean = new LinkedHashMap<>();
    Map<String, @Nullable Object> deviation = new LinkedHashMap<>();
    for (String measure : Scoreboard.MEASURES) {
      putPresent(mean, measure, board.mean(row.id(), measure));
      putPresent(deviation, measure, board.deviation(row.id(), measure));
    }
    map.put("mean", mean);
    map.put("std", deviation);
    Cost cost = times == null ? null : times.costs().get(row.variant().id());
    if (cost != null && row.fresh()) {
      map.put("inference", inference(cost));
    }
    putPresent(map, "significance", significance(row.id(), section.reference()));
    return map;
  }

  private static void putPresent(
      Map<String, @Nullable Object> map, String key, @Nullable Object value) {
    if (value != null) {
      map.put(key, value);
    }
  }

  private static Map<String, Object> run(long seed, Map<String, Object> found) {
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("seed", seed);
    run.putAll(found);
    return run;
  }

  /** Options of a variant's trainings that differ from its method's defaults. */
  private Map<String, Object> different(Variant variant) {
    Choice choice = choices.get(variant.choice());
    Map<String, Object> defaults = TrainOptions.defaults(variant.method()).asMap();
    OptionSheet sheet = OptionSheet.of(grid, options);
    Map<String, Object> own =
        choice == null || choice.failed()
            ? sheet.unchosen(variant).asMap()
            : sheet.run(variant, choice, 1).asMap();
    Map<String, Object> different = new LinkedHashMap<>();
    own.forEach((key, value) -> {
      if (!value.equals(defaults.get(key)) && !key.equals("seed")) {
        different.put(key, value);
      }
    });
    return different;
  }

  private @Nullable Map<String, Object> chosen(Variant variant) {
    Choice choice = choices.get(variant.choice());
    if (choice == null) {
      return null;
    }
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("trials", choice.all().size());
    if (!choice.failed()) {
      map.putAll(outcome(choice.best()));
    }
    if (!variant.choice().equals(variant.id())) {
      map.put("inherited_from", variant.choice());
    }
    map.put("of", choice.all().stream().map(ResultsFiles::outcome).toList());
    return map;
  }

  private static Map<String, Object> outcome(Choice.Outcome outcome) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", outcome.trial().name());
    String failure = outcome.failure();
    if (failure == null) {
      map.put("validation_auc", outcome.validationAuc());
      map.put("epoch", outcome.epoch());
    } else {
      map.put("failed", failure);
    }
    return map;
  }

  /** Why a variant has no runs and will have none; null if it has. */
  private @Nullable String failed(Variant variant) {
    Choice choice = choices.get(variant.choice());
    return choice == null || !choice.failed()
        ? null
        : "all trials of "
            + variant.choice()
            + " failed, the last because "
            + choice.all().getLast().failure();
  }

  private List<Object> failedRuns(String row) {
    List<Object> runs = new ArrayList<>();
    board.failures(row).forEach((seed, reason) -> runs.add(Map.of("seed", seed, "reason", reason)));
    return runs;
  }

  private static Map<String, Object> inference(Cost cost) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("candidates", cost.candidates());
    map.put("median_ms", cost.medianMilliseconds());
    map.put("p99_ms", cost.p99Milliseconds());
    map.put("rounds", cost.rounds());
    map.put("history", cost.history());
    return map;
  }

  private @Nullable Map<String, @Nullable Object> significance(String row, String reference)
      throws IOException {
    DeLong.Difference difference = row.equals(reference) ? null : board.difference(row, reference);
    if (difference == null) {
      return null;
    }
    int seeds = board.seeds(row, reference).size();
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("against", reference);
    map.put("delta_auc", difference.delta());
    map.put("standard_error", difference.standardError());
    map.put("degrees_of_freedom", difference.degreesOfFreedom());
    map.put("low", difference.delta() - difference.margin());
    map.put("high", difference.delta() + difference.margin());
    map.put("p", difference.p());
    map.put("seeds", seeds);
    map.put("test", seeds == 1 ? TEST_OF_ONE : TEST);
    return map;
  }

  /** A summary for scripts. */
  Map<String, Object> summary() {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("experiment", plan.name());
    List<Object> rows = new ArrayList<>();
    List<String> listed = new ArrayList<>();
    for (Section section : plan.sections()) {
      for (Row row : section.rows()) {
        if (!listed.contains(row.id())) {
          listed.add(row.id());
          Map<String, @Nullable Object> line = new LinkedHashMap<>();
          line.put("row", row.id());
          line.put("seeds", board.runs(row.id()).size());
          for (String measure : List.of("auc", "gauc", "log_loss")) {
            line.put(measure, board.mean(row.id(), measure));
          }
          line.put("auc_std", board.deviation(row.id(), "auc"));
          rows.add(line);
        }
      }
    }
    summary.put("rows", rows);
    summary.put("results", out.results().toString());
    summary.put("report", out.report().toString());
    return summary;
  }
}
