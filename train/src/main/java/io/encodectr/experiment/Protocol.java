package io.encodectr.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How an experiment came to its numbers, in plain sentences. */
final class Protocol {
  private static final String SAME =
      "Every method gets the same features, the same tower and the same recent history; only the"
          + " sequence module of the long history differs.";
  private static final String ABLATIONS =
      "Ablations of ENCODE (Tables 5 to 7, Figure 3, sweeps) take over ENCODE's hyper-parameters,"
          + " as in the paper; they are not tuned on their own.";
  private static final String MASS =
      "Mass-aware ENCODE by count has trials of its own; the forms by log-sum-exp and by spread"
          + " take over its hyper-parameters, so they are less well tuned.";
  private static final String LEARNED_MASS =
      "ENCODE with learned mass takes over plain ENCODE's hyper-parameters.";
  private static final String FORMS_OF_MASS =
      "Several forms of mass-aware ENCODE were measured on test where other methods have one: the"
          + " best of several is ahead of one by chance alone.";
  private static final String SIGNIFICANCE =
      "Significance: DeLong's test for AUCs on the same samples, in Obuchowski's form for samples"
          + " that belong together: those of one user count as one cluster, since they share a"
          + " history and a taste. It is over the mean of the seeds; where there are several seeds"
          + " the variance between them is added, with Welch-Satterthwaite degrees of freedom. With"
          + " one seed it speaks of two models, not of two methods. “Significant” means p < 0.05,"
          + " not corrected for the number of comparisons. That a difference is not significant"
          + " does not show that there is none: its 95% interval says how large it may be.";
  private static final String RELEVANCE =
      "Relevance indicator (RI): against the DIN-L of the same seed, on the same up to 20,000 test"
          + " samples for all methods. Weights of methods that leave behaviors out (SIM, UBR4CTR,"
          + " ETA and its kin, TWIN, SDIM) are smoothed by ε = 0.01. Where a method finds nothing"
          + " to attend to, the sample counts with uniform weights, and “unmatched” is the share of"
          + " such samples. MIMN and DIN give behaviors no weights.";
  private static final String OUTSIDE =
      "Whatever depends on the user alone is made before the clock starts, for every method:"
          + " reading the history, and sorting it for attention over all of it (DIN-L and every"
          + " recent part); AvgPooling's mean; the indexes of SIM (categories) and UBR4CTR"
          + " (fields); the gathered hashes of ETA, projections of ETA-ENCODE; TWIN's keys and"
          + " values; SDIM's buckets; MIMN's memory; ENCODE's clustering into interests. Inside are"
          + " retrieval for each candidate, attention and the tower. A service that keeps no such"
          + " states pays for them at each request, which these numbers do not show.";

  private final ExperimentOptions options;
  private final Grid grid;
  private final ExperimentPlan plan;
  private final Map<String, Choice> choices;
  private final ProgramCount programs;

  Protocol(
      ExperimentOptions options,
      Grid grid,
      ExperimentPlan plan,
      Map<String, Choice> choices,
      ProgramCount programs) {
    this.options = options;
    this.grid = grid;
    this.plan = plan;
    this.choices = choices;
    this.programs = programs;
  }

  /**
   * The sentences.
   *
   * @param leftOut variants that the grid has no trials for
   */
  List<String> sentences(List<String> leftOut) {
    List<String> sentences = new ArrayList<>();
    sentences.add(SAME);
    sentences.add(
        String.format(
            Locale.ROOT,
            "Hyper-parameters: %d trials for each method (grid “%s”), each of at most %d epochs on"
                + " all but the last tenth of the training period; the trial and epoch with the"
                + " best AUC on that last tenth are taken. Test samples take no part in any"
                + " choice.",
            grid.size(),
            grid.source(),
            options.epochs()));
    add(sentences, GridEdges.sentence(labels(), choices, options.epochs()));
    sentences.add(
        "Then one run for each seed ("
            + String.join(", ", options.seeds().stream().map(String::valueOf).toList())
            + ") trains on the whole training period for the chosen number of epochs and is"
            + " measured once on the test samples.");
    sentences.add(ABLATIONS);
    sentences.addAll(masses(plan));
    sentences.add(SIGNIFICANCE);
    sentences.add(RELEVANCE);
    sentences.add(
        String.format(
                Locale.ROOT,
                "Inference time: CPU time of one request of %,d candidates on one thread, %d rounds"
                    + " in which each method serves the same user and candidates in turn, in an"
                    + " order shuffled anew for each round, after %s s of requests to each method"
                    + " that do not count. ",
                options.candidates(),
                options.rounds(),
                PaperPlan.number(options.warmUpSeconds()))
            + OUTSIDE);
    sentences.add(
        "For orientation only, and never marked as best: peak memory is the largest resident memory"
            + " of the process that trains, heap and native code together; the heap grows as the"
            + " JVM sees fit, so it is an upper bound. Training samples/s is wall-clock time of the"
            + " steps on "
            + options.threads()
            + (options.threads() == 1 ? " thread" : " threads")
            + ", and depends on what else the machine did.");
    if (options.fraction() < 1) {
      sentences.add(
          "Only about "
              + PaperPlan.number(Math.round(options.fraction() * 1e4) / 100.0)
              + "% of the users, chosen by a hash of their ids, take part in training and test.");
    }
    if (!leftOut.isEmpty()) {
      sentences.add(
          "Left out, for the grid has no trials for it: " + String.join(", ", leftOut) + ".");
    }
    add(sentences, failures());
    add(sentences, mixture());
    return sentences;
  }

  /** Whose hyper-parameters mass-aware forms of ENCODE take, and how often luck was tried. */
  static List<String> masses(ExperimentPlan plan) {
    List<String> forms =
        plan.variants().stream()
            .filter(variant -> variant.options().containsKey("mass"))
            .map(Variant::id)
            .toList();
    List<String> sentences = new ArrayList<>();
    if (forms.stream().anyMatch(id -> id.startsWith(PaperPlan.MASS.id() + "-"))) {
      sentences.add(MASS);
    }
    if (forms.contains(PaperPlan.LEARNED_MASS.id())) {
      sentences.add(LEARNED_MASS);
    }
    if (forms.size() > 1) {
      sentences.add(FORMS_OF_MASS);
    }
    return sentences;
  }

  private static void add(List<String> sentences, @Nullable String sentence) {
    if (sentence != null) {
      sentences.add(sentence);
    }
  }

  private Map<String, String> labels() {
    Map<String, String> labels = new LinkedHashMap<>();
    plan.variants().forEach(variant -> labels.put(variant.id(), variant.label()));
    PaperPlan.choosing().forEach(variant -> labels.putIfAbsent(variant.id(), variant.label()));
    return labels;
  }

  /** Trials that came to nothing. */
  private @Nullable String failures() {
    List<String> parts = new ArrayList<>();
    Map<String, String> labels = labels();
    choices.forEach((id, choice) -> {
      long failed = choice.all().stream().filter(each -> each.failure() != null).count();
      if (failed > 0) {
        parts.add(labels.getOrDefault(id, id) + " (" + failed + " of " + choice.all().size() + ")");
      }
    });
    return parts.isEmpty()
        ? null
        : "Trials failed of "
            + Wording.list(parts)
            + "; the choice was made among the others, and the reasons stand with the rows.";
  }

  /** Which programs had a part, if more than one had. */
  private @Nullable String mixture() {
    if (!programs.mixed()) {
      return null;
    }
    List<String> parts = new ArrayList<>();
    for (Map<String, Object> program : programs.asList()) {
      parts.add(
          program.get("version")
              + " ("
              + program.get("trials")
              + " trials, "
              + program.get("runs")
              + " runs)");
    }
    return "These numbers come of several builds of Encode, kept together on request: "
        + Wording.list(parts)
        + ". Each run says which; differences between rows may be differences between programs.";
  }
}
