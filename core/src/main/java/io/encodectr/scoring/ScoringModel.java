package io.encodectr.scoring;

import io.encodectr.model.Layout;
import io.encodectr.model.Model;
import io.encodectr.model.ModelSpec;
import io.encodectr.relevance.Relevance;
import io.encodectr.sequence.AttentionSequence;
import io.encodectr.sequence.LongSequence;
import io.encodectr.sequence.SequenceSpec;
import io.encodectr.tower.Tower;
import org.jspecify.annotations.Nullable;

/** A model made ready to score: shared by all threads, immutable. */
public final class ScoringModel {
  private final Model model;
  private final ModelItems items;
  private final Tower tower;
  private final UserContextInput userContext;
  private final ScoringOptions options;
  private final @Nullable ItemParts itemParts;

  private ScoringModel(Model model, ScoringOptions options) {
    this.model = model;
    this.options = options;
    items = ModelItems.of(model);
    Layout layout = model.layout();
    Tower trained =
        new Tower(
            new int[] {layout.userContextWidth(), layout.itemWidth(), layout.interestWidth()},
            model.weights("tower.0.weight"),
            model.weights("tower.0.bias"),
            model.weights("tower.1.weight"),
            model.weights("tower.1.bias"),
            model.weights("tower.2.weight"),
            model.weights("tower.2.bias"));
    tower = options.arithmetic() == Arithmetic.INT8 ? trained.inBytes() : trained;
    userContext = new UserContextInput(model);
    double room = options.itemShare() * Runtime.getRuntime().maxMemory();
    itemParts = ItemParts.bytes(items, tower) <= room ? ItemParts.of(items, tower) : null;
  }

  /** Prepares a model with {@link ScoringOptions#DEFAULT}. */
  public static ScoringModel of(Model model) {
    return of(model, ScoringOptions.DEFAULT);
  }

  /** Prepares a model. */
  public static ScoringModel of(Model model, ScoringOptions options) {
    return new ScoringModel(model, options);
  }

  /** How it was prepared. */
  public ScoringOptions options() {
    return options;
  }

  /** Whether the items' part of the first layer was computed ahead. */
  public boolean hasItemParts() {
    return itemParts != null;
  }

  /** The items' part of the first layer, or null if it is to be computed for each candidate. */
  @Nullable ItemParts itemParts() {
    return itemParts;
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
    SequenceSpec spec = model.spec().sequence();
    return spec.method().hasLong() ? spec.method().newSequence(spec, model::weights) : null;
  }
}
