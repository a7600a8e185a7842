package io.encodectr.scoring;

import io.encodectr.file.InputException;
import io.encodectr.model.Layout;
import io.encodectr.model.Model;
import io.encodectr.model.ModelSpec;
import io.encodectr.relevance.Relevance;
import io.encodectr.sequence.AttentionSequence;
import io.encodectr.sequence.AverageSequence;
import io.encodectr.sequence.InterestSequence;
import io.encodectr.sequence.LongSequence;
import io.encodectr.tower.Tower;
import org.jspecify.annotations.Nullable;

/** A model made ready to score: shared by all threads, immutable. */
public final class ScoringModel {
  private final Model model;
  private final ModelItems items;
  private final Tower tower;
  private final UserContextInput userContext;

  private ScoringModel(Model model) {
    this.model = model;
    items = ModelItems.of(model);
    Layout layout = model.layout();
    tower =
        new Tower(
            new int[] {layout.userContextWidth(), layout.itemWidth(), layout.interestWidth()},
            model.weights("tower.0.weight"),
            model.weights("tower.0.bias"),
            model.weights("tower.1.weight"),
            model.weights("tower.1.bias"),
            model.weights("tower.2.weight"),
            model.weights("tower.2.bias"));
    userContext = new UserContextInput(model);
  }

  /** Prepares a model. */
  public static ScoringModel of(Model model) {
    return new ScoringModel(model);
  }

  /** The model it was made of. */
  public Model model() {
    return model;
  }

  /** All items. */
  public ModelItems items() {
    return items;
  }

  /** The tower. */
  public Tower tower() {
    return tower;
  }

  /** Writer of the user and context part of the tower's input. */
  public UserContextInput userContext() {
    return userContext;
  }

  /** A new recent (real-time) sequence for one thread. */
  public AttentionSequence newRecentSequence() {
    ModelSpec spec = model.spec();
    return new AttentionSequence(
        Relevance.named(spec.recentRelevance(), spec.beta(), spec.dimension()),
        model.weights("default.recent"));
  }

  /** A new long sequence of the model's method for one thread; null for DIN, which has none. */
  public @Nullable LongSequence newLongSequence() {
    ModelSpec spec = model.spec();
    if (!model.layout().hasLong()) {
      return null;
    }
    float[] empty = model.weights("default.long");
    Relevance relevance = Relevance.named(spec.longRelevance(), spec.beta(), spec.dimension());
    return switch (spec.method()) {
      case "avg-pooling" -> new AverageSequence(empty);
      case "din-l" -> new AttentionSequence(relevance, empty);
      case "encode" ->
          new InterestSequence(
              relevance,
              spec.clusters(),
              spec.iterations(),
              spec.lowDimension(),
              spec.clusterSeed(),
              empty);
      default ->
          throw new InputException("method " + spec.method() + " is unknown to this version");
    };
  }
}
