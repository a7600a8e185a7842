package io.encodectr.evaluation;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.Samples;
import io.encodectr.file.InputException;
import io.encodectr.scoring.ScoringModel;
import io.encodectr.sequence.InterestSequence;

/** How many interests users have. Stateless. */
public final class InterestCount {
  private InterestCount() {}

  /**
   * Mean number of interests K′ over the users of samples, each at their last sample.
   *
   * @return a value from 0 to K, NaN for no samples
   * @throws InputException if the model's method extracts no interests
   */
  public static double mean(Dataset dataset, Samples samples, ScoringModel model) {
    SampleScorer histories = new SampleScorer(dataset, samples, model);
    long interests = 0;
    long users = 0;
    for (int s = 0; s < samples.size(); s++) {
      if (s + 1 < samples.size() && samples.user(s + 1) == samples.user(s)) {
        continue;
      }
      if (!(histories.takeHistory(s).longSequence() instanceof InterestSequence sequence)) {
        throw new InputException(
            "method " + model.model().spec().method() + " extracts no interests");
      }
      interests += sequence.attention().size() == 0 ? 0 : sequence.interests().count();
      users++;
    }
    return (double) interests / users;
  }
}
