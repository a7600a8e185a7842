package io.encodectr.bench.online;

import io.encodectr.dataset.Dataset;
import io.encodectr.model.ModelSpec;
import io.encodectr.scoring.CandidateScorer;
import io.encodectr.scoring.ScoringModel;

/** A model in our kernels. */
final class KernelContender implements Contender {
  private final String name;
  private final Dataset dataset;
  private final ScoringModel model;
  private final CandidateScorer scorer;
  private final float[] userContext;
  private final int historyLength;
  private int[] candidates = {};

  KernelContender(String name, Dataset dataset, ScoringModel model, int historyLength) {
    this.name = name;
    this.dataset = dataset;
    this.model = model;
    this.historyLength = historyLength;
    scorer = new CandidateScorer(model);
    userContext = new float[model.userContext().width()];
  }

  @Override
  public String name() {
    return name;
  }

  ScoringModel model() {
    return model;
  }

  /** The scorer, as the last request left it. */
  CandidateScorer scorer() {
    return scorer;
  }

  /** The last request's user and context part of the tower's input. */
  float[] userContext() {
    return userContext;
  }

  @Override
  public long multiplyAdds() {
    ModelSpec spec = model.model().spec();
    return MultiplyAdds.attention(spec, historyLength)
        + MultiplyAdds.splitTower(model.tower().interestWidth(), spec);
  }

  @Override
  public void take(OnlineRequest request) {
    int[] history = request.history();
    scorer.history(history, 0, history.length, request.userHash());
    int sample = request.sample();
    int user = dataset.test().user(sample);
    model.userContext().user(dataset.userFeatures(), user, userContext, 0);
    model.userContext().context(dataset.test(), sample, userContext, 0);
    candidates = request.candidates();
  }

  @Override
  public void score(float[] logits) {
    scorer.score(userContext, true, candidates, 0, candidates.length, logits, 0);
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
