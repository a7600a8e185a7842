package io.encodectr.train;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.Samples;
import io.encodectr.evaluation.Auc;
import io.encodectr.evaluation.LogLoss;
import io.encodectr.model.ModelSpec;
import io.encodectr.progress.Progress;
import io.encodectr.scoring.CandidateScorer;
import io.encodectr.scoring.ScoringModel;
import io.encodectr.scoring.UserContextInput;
import io.encodectr.train.batch.SampleGroups;
import io.encodectr.train.process.ProcessGroup;
import io.encodectr.train.process.ProcessGroup.Part;
import java.util.List;

/**
 * Scores held-out training samples by the very path that evaluation and serving use, from a model
 * as it is written. Processes share the samples and know all results.
 */
final class Validation {
  private static final int GROUPS_A_TASK = 64;

  /** AUC (NaN if one class is missing) and mean cross-entropy. */
  record Result(int samples, double auc, double logLoss) {}

  private final Dataset dataset;
  private final ScoringModel model;
  private final SampleGroups groups;
  private final float[] probabilities;

  private Validation(Dataset dataset, ScoringModel model, SampleGroups groups) {
    this.dataset = dataset;
    this.model = model;
    this.groups = groups;
    probabilities = new float[groups.samples().length];
  }

  /** Scores samples of the training period, given by their indices, ascending. */
  static Result of(
      ScoringModel model,
      Dataset dataset,
      int[] samples,
      Workers workers,
      ProcessGroup group,
      Progress progress) {
    SampleGroups groups = SampleGroups.of(dataset.train(), samples, Integer.MAX_VALUE);
    Validation validation = new Validation(dataset, model, groups);
    int tasks = (groups.count() + GROUPS_A_TASK - 1) / GROUPS_A_TASK;
    int own = (tasks - group.rank() + group.size() - 1) / group.size();
    int about = samples.length / group.size();
    try (Progress.Task task = progress.begin("Validating", about, "samples")) {
      workers.run(own, i -> validation.score(group.rank() + i * group.size(), task));
    }
    group.sum(List.of(Part.of(validation.probabilities)));
    return validation.result();
  }

  private void score(int number, Progress.Task task) {
    CandidateScorer scorer = new CandidateScorer(model);
    int end = Math.min(groups.count(), (number + 1) * GROUPS_A_TASK);
    for (int group = number * GROUPS_A_TASK; group < end; group++) {
      score(scorer, group);
      task.advance(groups.size(group));
    }
  }

  private void score(CandidateScorer scorer, int group) {
    Samples samples = dataset.train();
    int start = groups.start()[group];
    int count = groups.size(group);
    int first = groups.samples()[start];
    takeHistory(scorer, samples.user(first), samples.historyEnd(first));
    UserContextInput input = model.userContext();
    float[] userContext = new float[count * input.width()];
    int[] targets = new int[count];
    for (int i = 0; i < count; i++) {
      int sample = groups.samples()[start + i];
      targets[i] = samples.target(sample);
      input.user(dataset.userFeatures(), samples.user(first), userContext, i * input.width());
      input.context(samples, sample, userContext, i * input.width());
    }
    float[] logits = new float[count];
    scorer.score(userContext, false, targets, 0, count, logits, 0);
    for (int i = 0; i < count; i++) {
      probabilities[start + i] = (float) (1 / (1 + StrictMath.exp(-logits[i])));
    }
  }

  private void takeHistory(CandidateScorer scorer, int user, int end) {
    ModelSpec spec = model.model().spec();
    int longest = Math.max(spec.longLength(), spec.recentLength());
    int length = spec.longLength() == 0 ? end : Math.min(end, longest);
    int[] rows = new int[length];
    dataset.behaviors().items(user, end - length, length, rows, 0);
    scorer.history(rows, 0, length, dataset.userIds().hash(user));
  }

  private Result result() {
    byte[] labels = new byte[probabilities.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) dataset.train().label(groups.samples()[i]);
    }
    return new Result(
        labels.length, Auc.of(probabilities, labels), LogLoss.of(probabilities, labels));
  }
}
