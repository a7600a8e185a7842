package io.encodectr.scoring;

import io.encodectr.interest.Interests;
import io.encodectr.item.ItemTable;
import io.encodectr.kernel.Kernels;
import io.encodectr.sequence.AttentionSequence;
import io.encodectr.sequence.InterestSequence;
import io.encodectr.sequence.LongSequence;
import io.encodectr.tower.Tower;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Scores candidates for one user at a time: the whole online stage, and evaluation's inner loop.
 * Give it the user's state by {@link #history} or {@link #interests}, then score any number of
 * candidates. A candidate's logit depends on nothing but the user, the context and the item. One
 * instance a thread.
 */
public final class CandidateScorer {
  /** A multiple of the kernels' six rows; its buffers fit the second-level cache. */
  private static final int BLOCK = 48;

  private static final int[] ASCENDING = IntStream.range(0, BLOCK).toArray();

  private final ScoringModel model;
  private final Tower tower;
  private final AttentionSequence recent;
  private final @Nullable LongSequence longSequence;
  private final Tower.Workspace workspace = new Tower.Workspace();
  private final int d;
  private final int recentLength;
  private final int longLength;
  private final float[] interest;
  private final float[] hidden;
  private final float[] userPart;
  private final float[] itemPart;
  private final float[] itemInput;

  /** A scorer of one thread. */
  public CandidateScorer(ScoringModel model) {
    this.model = model;
    tower = model.tower();
    recent = model.newRecentSequence();
    longSequence = model.newLongSequence();
    d = model.items().table().dimension();
    recentLength = model.model().spec().recentLength();
    int longest = model.model().spec().longLength();
    longLength = longest == 0 ? Integer.MAX_VALUE : longest;
    interest = new float[BLOCK * tower.interestWidth()];
    hidden = new float[BLOCK * tower.firstWidth()];
    userPart = new float[BLOCK * tower.firstWidth()];
    int computed = model.hasItemParts() ? 0 : BLOCK;
    itemPart = new float[computed * tower.firstWidth()];
    itemInput = new float[computed * tower.itemWidth()];
  }

  /**
   * Takes a user's behaviors; the recent and the long sequence are the last ones of them.
   *
   * @param rows item rows, oldest first
   * @param userHash hash of the user's id
   */
  public void history(int[] rows, int from, int count, long userHash) {
    takeRecent(rows, from, count, userHash);
    if (longSequence != null) {
      int length = Math.min(longLength, count);
      longSequence.history(model.items().table(), rows, from + count - length, length, userHash);
    }
  }

  /**
   * Takes a user's stored interests and recent behaviors.
   *
   * @throws IllegalStateException if the model's method has no interests
   */
  public void interests(Interests interests, int[] recentRows, int from, int count, long userHash) {
    if (!(longSequence instanceof InterestSequence sequence)) {
      throw new IllegalStateException(
          "method " + model.model().spec().method() + " does not score from stored interests");
    }
    takeRecent(recentRows, from, count, userHash);
    sequence.interests(interests);
  }

  private void takeRecent(int[] rows, int from, int count, long userHash) {
    int length = Math.min(recentLength, count);
    recent.history(model.items().table(), rows, from + count - length, length, userHash);
  }

  /**
   * Logits of candidates.
   *
   * @param userContext user and context part of x: one row for all candidates if {@code shared},
   *     else a row each
   * @param candidates item rows of {@link ModelItems}
   */
  public void score(
      float[] userContext,
      boolean shared,
      int[] candidates,
      int from,
      int count,
      float[] logits,
      int offset) {
    if (shared) {
      tower.userPart(userContext, 0, 1, userPart);
    }
    for (int start = 0; start < count; start += BLOCK) {
      int n = Math.min(BLOCK, count - start);
      interestPart(candidates, from + start, n);
      if (!shared) {
        tower.userPart(userContext, start * tower.userContextWidth(), n, userPart);
      }
      firstLayerStart(shared ? 0 : tower.firstWidth(), candidates, from + start, n);
      tower.logits(hidden, interest, n, workspace, logits, offset + start);
    }
  }

  private void interestPart(int[] candidates, int from, int n) {
    ItemTable items = model.items().table();
    int width = tower.interestWidth();
    recent.attend(items, candidates, from, n, interest, 0, width);
    Kernels.multiplyRows(items.embeddings(), d, candidates, from, n, interest, 0, d, width);
    if (longSequence != null) {
      longSequence.attend(items, candidates, from, n, interest, 2 * d, width);
      Kernels.multiplyRows(
          items.embeddings(), d, candidates, from, n, interest, 2 * d, 3 * d, width);
    }
  }

  /** Writes (bias + user part) + item part, from which the first layer's sums go on. */
  private void firstLayerStart(int userStride, int[] candidates, int from, int n) {
    ItemParts parts = model.itemParts();
    int first = tower.firstWidth();
    if (parts != null) {
      Kernels.addRows(parts.values(), first, candidates, from, n, userPart, userStride, hidden);
      return;
    }
    for (int i = 0; i < n; i++) {
      itemInput(candidates[from + i], itemInput, i * tower.itemWidth());
    }
    tower.itemPart(itemInput, 0, n, itemPart, 0);
    Kernels.addRows(itemPart, first, ASCENDING, 0, n, userPart, userStride, hidden);
  }

  private void itemInput(int candidate, float[] out, int offset) {
    int width = tower.itemWidth();
    System.arraycopy(model.items().input(), candidate * width, out, offset, width);
  }

  /** The tower's whole input for one candidate: [user and context | item | interest]. */
  public float[] input(float[] userContext, int candidate) {
    int[] one = {candidate};
    interestPart(one, 0, 1);
    int uc = tower.userContextWidth();
    float[] x = new float[uc + tower.itemWidth() + tower.interestWidth()];
    System.arraycopy(userContext, 0, x, 0, uc);
    itemInput(candidate, x, uc);
    System.arraycopy(interest, 0, x, uc + tower.itemWidth(), tower.interestWidth());
    return x;
  }

  /** The attention over recent behaviors, for its weights; keys in ascending item row. */
  public AttentionSequence recent() {
    return recent;
  }

  /** The long sequence; null for DIN. */
  public @Nullable LongSequence longSequence() {
    return longSequence;
  }
}
