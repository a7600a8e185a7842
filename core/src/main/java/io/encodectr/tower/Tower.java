package io.encodectr.tower;

import io.encodectr.kernel.ByteLayer;
import io.encodectr.kernel.Kernels;
import io.encodectr.kernel.Layers;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The CTR tower's forward pass: x → 200 → 80 → 1 with ReLU; its output is the logit of Eq. 1.
 *
 * <p>The first layer is split by who its inputs belong to, x = [user and context | item |
 * interest], and summed as (bias + user part) + item part + interest part, so that a user part
 * computed once a request and item parts computed once a model give the same bits as computing all
 * anew. Immutable and thread-safe; callers bring a {@link Workspace}.
 */
public final class Tower {
  /** Columns of the last layer: the one there is, and seven of zeros to fill a vector. */
  private static final int LAST = 8;

  private final int userContextWidth;
  private final int itemWidth;
  private final int interestWidth;
  private final int first;
  private final int second;
  private final float[] weights1;
  private final float[] bias1;
  private final float[] interestPanels;
  private final @Nullable ByteLayer interestBytes;
  private final float[] panels2;
  private final float[] bias2;
  private final float[] panels3;
  private final float bias3;

  /**
   * A tower of three dense layers.
   *
   * @param widths widths of the three parts of x: user and context, item, interest
   * @param weights1 {@code [x × first]}, input-major
   * @param weights2 {@code [first × second]}
   * @param weights3 {@code [second]}
   * @throws IllegalArgumentException if shapes don't fit or a hidden width is no multiple of 8
   */
  public Tower(
      int[] widths,
      float[] weights1,
      float[] bias1,
      float[] weights2,
      float[] bias2,
      float[] weights3,
      float[] bias3) {
    userContextWidth = widths[0];
    itemWidth = widths[1];
    interestWidth = widths[2];
    first = bias1.length;
    second = bias2.length;
    int inputs = userContextWidth + itemWidth + interestWidth;
    if (first % 8 != 0
        || second % 8 != 0
        || weights1.length != inputs * first
        || weights2.length != first * second
        || weights3.length != second
        || bias3.length != 1) {
      throw new IllegalArgumentException(
          "tower of "
              + inputs
              + " inputs does not fit hidden widths "
              + first
              + " and "
              + second
              + " (multiples of 8) with "
              + weights1.length
              + ", "
              + weights2.length
              + " and "
              + weights3.length
              + " weights");
    }
    this.weights1 = weights1;
    this.bias1 = bias1;
    this.bias2 = bias2;
    this.bias3 = bias3[0];
    interestPanels =
        Layers.pack(weights1, (userContextWidth + itemWidth) * first, first, interestWidth);
    panels2 = Layers.pack(weights2, 0, second, first);
    float[] column = new float[second * LAST];
    for (int i = 0; i < second; i++) {
      column[i * LAST] = weights3[i];
    }
    panels3 = Layers.pack(column, 0, LAST, second);
    interestBytes = null;
  }

  private Tower(Tower other, ByteLayer interestBytes) {
    userContextWidth = other.userContextWidth;
    itemWidth = other.itemWidth;
    interestWidth = other.interestWidth;
    first = other.first;
    second = other.second;
    weights1 = other.weights1;
    bias1 = other.bias1;
    interestPanels = other.interestPanels;
    panels2 = other.panels2;
    bias2 = other.bias2;
    panels3 = other.panels3;
    bias3 = other.bias3;
    this.interestBytes = interestBytes;
  }

  /**
   * The same tower, but what each candidate's interest part adds to the first layer, most of its
   * arithmetic, in whole numbers of eight bits. Logits change a little.
   */
  public Tower inBytes() {
    int from = (userContextWidth + itemWidth) * first;
    return new Tower(this, ByteLayer.of(weights1, from, first, interestWidth));
  }

  /** Width of the first hidden layer. */
  public int firstWidth() {
    return first;
  }

  /** Width of the user and context part of x. */
  public int userContextWidth() {
    return userContextWidth;
  }

  /** Width of the item part of x. */
  public int itemWidth() {
    return itemWidth;
  }

  /** Width of the interest part of x. */
  public int interestWidth() {
    return interestWidth;
  }

  /** {@code out[row] = bias + x_uc·W1}, for n rows of the user and context part. */
  public void userPart(float[] userContext, int offset, int n, float[] out) {
    for (int i = 0; i < n; i++) {
      System.arraycopy(bias1, 0, out, i * first, first);
    }
    Kernels.multiply(
        userContext,
        offset,
        userContextWidth,
        1,
        weights1,
        0,
        first,
        out,
        0,
        first,
        n,
        first,
        userContextWidth,
        true);
  }

  /** {@code out[row] = x_item·W1}, for n rows of the item part. */
  public void itemPart(float[] items, int offset, int n, float[] out, int outOffset) {
    Kernels.multiply(
        items,
        offset,
        itemWidth,
        1,
        weights1,
        userContextWidth * first,
        first,
        out,
        outOffset,
        first,
        n,
        first,
        itemWidth,
        false);
  }

  /**
   * Logits of n candidates.
   *
   * @param hidden in: user part + item part of each candidate, {@code [n × first]}; overwritten
   * @param interest interest part of x, {@code [n × interestWidth]}
   */
  public void logits(
      float[] hidden, float[] interest, int n, Workspace workspace, float[] logits, int offset) {
    if (interestBytes != null) {
      interestBytes.multiply(interest, 0, interestWidth, hidden, 0, first, n, workspace.bytes);
    } else {
      Layers.multiply(
          interest,
          0,
          interestWidth,
          interestPanels,
          hidden,
          0,
          first,
          n,
          first,
          interestWidth,
          true);
    }
    float[] z = workspace.second(n * second);
    for (int i = 0; i < n; i++) {
      System.arraycopy(bias2, 0, z, i * second, second);
    }
    Layers.multiplyActive(
        hidden, 0, first, panels2, z, 0, second, n, second, first, workspace.active(first + 8));
    Kernels.relu(z, 0, n * second);
    float[] last = workspace.last(n * LAST);
    Arrays.fill(last, 0, n * LAST, bias3);
    Layers.multiply(z, 0, second, panels3, last, 0, LAST, n, LAST, second, true);
    for (int i = 0; i < n; i++) {
      logits[offset + i] = last[i * LAST];
    }
  }

  /** Buffers of one thread. */
  public static final class Workspace {
    private float[] second = {};
    private float[] last = {};
    private int[] active = {};
    private final ByteLayer.Workspace bytes = new ByteLayer.Workspace();

    float[] second(int length) {
      if (second.length < length) {
        second = Arrays.copyOf(second, length);
      }
      return second;
    }

    int[] active(int length) {
      if (active.length < length) {
        active = new int[length];
      }
      return active;
    }

    float[] last(int length) {
      if (last.length < length) {
        last = Arrays.copyOf(last, length);
      }
      return last;
    }
  }
}
