package io.encodectr.evaluation;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.Samples;
import io.encodectr.interest.InterestPrecision;
import io.encodectr.interest.Interests;
import io.encodectr.model.ModelSpec;
import io.encodectr.scoring.CandidateScorer;
import io.encodectr.scoring.Probability;
import io.encodectr.scoring.ScoringModel;
import io.encodectr.scoring.UserContextInput;
import io.encodectr.sequence.InterestSequence;
import io.encodectr.sequence.LongSequence;

/**
 * Scores samples of a dataset. Consecutive samples of one user with the same history share the work
 * on it; a sample's score does not depend on its neighbors. One instance a thread.
 */
final class SampleScorer {
  private static final int BATCH = 96;

  private final Dataset dataset;
  private final Samples samples;
  private final ScoringModel model;
  private final InterestUpkeep upkeep;
  private final CandidateScorer scorer;
  private final UserContextInput input;
  private final float[] userContext;
  private final int[] targets = new int[BATCH];
  private final float[] logits = new float[BATCH];
  private final int longest;
  private int[] rows = {};

  SampleScorer(Dataset dataset, Samples samples, ScoringModel model) {
    this(dataset, samples, model, InterestUpkeep.FRESH);
  }

  SampleScorer(Dataset dataset, Samples samples, ScoringModel model, InterestUpkeep upkeep) {
    this.dataset = dataset;
    this.samples = samples;
    this.model = model;
    this.upkeep = upkeep;
    scorer = new CandidateScorer(model);
    input = model.userContext();
    userContext = new float[BATCH * input.width()];
    longest = longestHistory(model.model().spec());
  }

  /** How many of a user's last behaviors a model looks at. */
  static int longestHistory(ModelSpec spec) {
    return spec.longLength() == 0
        ? Integer.MAX_VALUE
        : Math.max(spec.longLength(), spec.recentLength());
  }

  /** Whether a sample shares user and history with the one before it. */
  static boolean sharesHistory(Samples samples, int s) {
    return s > 0
        && samples.user(s) == samples.user(s - 1)
        && samples.historyEnd(s) == samples.historyEnd(s - 1);
  }

  /** Whether a sample shares history and long-term state with the one before it. */
  private boolean sharesState(int s) {
    return sharesHistory(samples, s)
        && upkeep.represented(dataset, samples, s) == upkeep.represented(dataset, samples, s - 1);
  }

  /** The first sample from {@code s} on that begins a group of shared history, or the end. */
  static int groupStart(Samples samples, int s) {
    int start = Math.min(s, samples.size());
    while (start < samples.size() && sharesHistory(samples, start)) {
      start++;
    }
    return start;
  }

  /** Writes the click probabilities of samples [from, to), both at group starts. */
  void score(int from, int to, float[] probabilities) {
    for (int start = from, end; start < to; start = end) {
      for (end = start + 1; end < to && sharesState(end); ) {
        end++;
      }
      takeHistory(start);
      for (int s = start; s < end; s += BATCH) {
        scoreBatch(s, Math.min(BATCH, end - s), probabilities);
      }
    }
  }

  /** Gives the scorer the history of a sample. */
  CandidateScorer takeHistory(int sample) {
    int user = samples.user(sample);
    int known = samples.historyEnd(sample);
    int count = Math.min(known, longest);
    if (rows.length < count) {
      rows = new int[count + count / 2];
    }
    dataset.behaviors().items(user, known - count, count, rows, 0);
    scorer.history(rows, 0, count, dataset.userIds().hash(user));
    LongSequence state = scorer.longSequence();
    if (state != null && upkeep.refreshSeconds() > 0) {
      age(state, user, upkeep.represented(dataset, samples, sample));
    }
    if (state instanceof InterestSequence interests && rounds()) {
      round(interests);
    }
    return scorer;
  }

  /** Replaces the long-term state by that of the user's first behaviors. */
  private void age(LongSequence state, int user, int represented) {
    int longLength = model.model().spec().longLength();
    int count = longLength == 0 ? represented : Math.min(represented, longLength);
    if (rows.length < count) {
      rows = new int[count + count / 2];
    }
    dataset.behaviors().items(user, represented - count, count, rows, 0);
    state.history(model.items().table(), rows, 0, count, dataset.userIds().hash(user));
  }

  private boolean rounds() {
    return upkeep.precision() != InterestPrecision.FLOAT32;
  }

  private void round(InterestSequence sequence) {
    Interests interests = sequence.interests();
    upkeep.precision().round(interests.vectors(), interests.count() * interests.dimension());
    interests.complete(interests.count());
    sequence.interests(interests);
  }

  private void scoreBatch(int from, int count, float[] probabilities) {
    int width = input.width();
    for (int i = 0; i < count; i++) {
      targets[i] = samples.target(from + i);
      if (i == 0) {
        input.user(dataset.userFeatures(), samples.user(from), userContext, 0);
      } else {
        System.arraycopy(userContext, 0, userContext, i * width, width);
      }
    }
    for (int i = 0; i < count; i++) {
      input.context(samples, from + i, userContext, i * width);
    }
    scorer.score(userContext, false, targets, 0, count, logits, 0);
    for (int i = 0; i < count; i++) {
      probabilities[from + i] = Probability.of(logits[i]);
    }
  }
}
