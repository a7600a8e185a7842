package io.encodectr.experiment;

import java.util.ArrayList;
import java.util.List;

/** How an experiment came to its numbers, in plain sentences. */
final class Protocol {
  private Protocol() {}

  static List<String> sentences(ExperimentOptions options, Grid grid, List<String> leftOut) {
    List<String> sentences = new ArrayList<>();
    sentences.add(
        "Every method gets the same features, the same tower and the same recent history; only the"
            + " sequence module of the long history differs.");
    sentences.add(
        ("Hyper-parameters: %d trials for each method (grid “%s”), each of at most %d epochs on all"
                + " but the last tenth of the training period; the trial and epoch with the best"
                + " AUC on that last tenth are taken. Test samples take no part in any choice.")
            .formatted(grid.size(), grid.source(), options.epochs()));
    sentences.add(
        "Then one run for each seed ("
            + String.join(", ", options.seeds().stream().map(String::valueOf).toList())
            + ") trains on the whole training period for the chosen number of epochs and is"
            + " measured once on the test samples.");
    sentences.add(
        "Ablations of ENCODE (Tables 5 to 7, Figure 3, sweeps) take over ENCODE's"
            + " hyper-parameters, as in the paper; they are not tuned on their own.");
    sentences.add(
        "Significance: DeLong's test for AUCs on the same samples, over the mean of the seeds;"
            + " where there are several seeds the variance between them is added, with"
            + " Welch-Satterthwaite degrees of freedom. With one seed it speaks of two models, not"
            + " of two methods. “Significant” means p < 0.05, not corrected for the number of"
            + " comparisons.");
    sentences.add(
        "Relevance indicator (RI): against the DIN-L of the same seed, on up to 20,000 test"
            + " samples; weights of retrieval methods are smoothed by ε = 0.01.");
    sentences.add(
        ("Inference time: CPU time of one request of %,d candidates on one thread, %d rounds in"
                + " which each method serves the same user and candidates in turn; the user's"
                + " history or interests are at hand, extraction and fetching are not counted.")
            .formatted(options.candidates(), options.rounds()));
    sentences.add(
        "Peak memory is the largest resident memory of the process that trains, heap and native"
            + " code together; the heap grows as the JVM sees fit, so it is an upper bound."
            + " Training samples/s is wall-clock time of the steps on "
            + options.threads()
            + (options.threads() == 1 ? " thread." : " threads."));
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
    return sentences;
  }
}
