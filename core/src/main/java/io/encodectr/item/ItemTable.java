package io.encodectr.item;

import io.encodectr.kernel.Kernels;
import io.encodectr.relevance.Relevance;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all behaviors on one item share: its embedding s, the direction of its low-dimensional
 * projection h = Wᵀs (Eq. 4), and both inverse norms. Computed once an item, not once a behavior.
 *
 * <p>Rows are item indices of a model, or of one training batch. Mutable while it is filled; safe
 * for concurrent readers afterwards.
 */
public final class ItemTable {
  private final int rows;
  private final int dimension;
  private final int lowDimension;
  private final float[] embeddings;
  private final float[] inverseNorms;
  private final float[] low;
  private final float[] inverseLowNorms;
  private final int hashBits;
  private final long[] codes;
  private ItemCategories categories = ItemCategories.NONE;
  private List<ItemCategories> columns = List.of();
  private int @Nullable [] numbers;

  /** An empty table without hash codes. */
  public ItemTable(int rows, int dimension, int lowDimension) {
    this(rows, dimension, lowDimension, 0);
  }

  /**
   * An empty table.
   *
   * @param rows at least 0
   * @param dimension d, a positive multiple of 8
   * @param lowDimension m, 1 to 64
   * @param hashBits bits of an item's SimHash code, 0 to 64, a multiple of 8
   */
  public ItemTable(int rows, int dimension, int lowDimension, int hashBits) {
    if (dimension < 8 || dimension % 8 != 0 || lowDimension < 1 || lowDimension > 64) {
      throw new IllegalArgumentException(
          "dimension must be a multiple of 8 and low dimension 1 to 64, not "
              + dimension
              + " and "
              + lowDimension);
    }
    if (hashBits < 0 || hashBits > 64 || hashBits % 8 != 0) {
      throw new IllegalArgumentException(
          "hash bits must be a multiple of 8 up to 64, not " + hashBits);
    }
    this.rows = rows;
    this.hashBits = hashBits;
    codes = new long[hashBits == 0 ? 0 : rows];
    this.dimension = dimension;
    this.lowDimension = lowDimension;
    embeddings = new float[Math.multiplyExact(rows, dimension)];
    inverseNorms = new float[rows];
    low = new float[rows * lowDimension];
    inverseLowNorms = new float[rows];
  }

  /** Number of rows. */
  public int rows() {
    return rows;
  }

  /** d. */
  public int dimension() {
    return dimension;
  }

  /** m. */
  public int lowDimension() {
    return lowDimension;
  }

  /** s of every row, {@code [rows × d]}; the array itself, to be filled. */
  public float[] embeddings() {
    return embeddings;
  }

  /** 1/‖s‖ of every row, 0 for zero vectors. */
  public float[] inverseNorms() {
    return inverseNorms;
  }

  /** h/‖h‖ of every row, {@code [rows × m]}; zero where h is zero. */
  public float[] low() {
    return low;
  }

  /** 1/‖h‖ of every row, 0 where h is zero. */
  public float[] inverseLowNorms() {
    return inverseLowNorms;
  }

  /** Bits of a code; 0 if there are no codes. */
  public int hashBits() {
    return hashBits;
  }

  /** SimHash code of every row (Eq. 3), {@code [rows]}: bit b is the sign of s·R_b. */
  public long[] codes() {
    return codes;
  }

  /**
   * Number of a row's item, the same in every table of a model: the row, unless others were set.
   */
  public int number(int row) {
    return numbers == null ? row : numbers[row];
  }

  /**
   * Sets the numbers of the rows' items.
   *
   * @param ofRows ascending; kept, not copied
   */
  public void numbers(int[] ofRows) {
    numbers = ofRows;
  }

  /** Categories of every row; none unless they were set. */
  public ItemCategories categories() {
    return categories;
  }

  /** Sets the rows' categories. */
  public void categories(ItemCategories rowCategories) {
    categories = rowCategories;
  }

  /** Values of every categorical column, the categories first; none unless they were set. */
  public List<ItemCategories> columns() {
    return columns;
  }

  /** Sets the rows' values in every categorical column; the first one's are the categories. */
  public void columns(List<ItemCategories> all) {
    columns = List.copyOf(all);
    categories = all.isEmpty() ? ItemCategories.NONE : all.getFirst();
  }

  /**
   * Computes the codes of rows [from, to) from their embeddings. A zero vector has code 0.
   *
   * @param planes R, {@code [d × hashBits]}
   */
  public void hash(float[] planes, int from, int to) {
    int block = 64;
    float[] sides = new float[block * hashBits];
    for (int start = from; start < to; start += block) {
      int n = Math.min(block, to - start);
      Kernels.multiply(
          embeddings,
          start * dimension,
          dimension,
          1,
          planes,
          0,
          hashBits,
          sides,
          0,
          hashBits,
          n,
          hashBits,
          dimension,
          false);
      for (int i = 0; i < n; i++) {
        long code = 0;
        for (int b = 0; b < hashBits; b++) {
          code |= sides[i * hashBits + b] > 0f ? 1L << b : 0;
        }
        codes[start + i] = code;
      }
    }
  }

  /**
   * Computes norms and projections of rows [from, to) from their embeddings. Disjoint ranges may be
   * tabulated by different threads.
   *
   * @param projection W, {@code [d × m]}
   */
  public void tabulate(float[] projection, int from, int to) {
    int d = dimension;
    int m = lowDimension;
    Kernels.squaredNorms(embeddings, d, from, to, inverseNorms);
    for (int i = from; i < to; i++) {
      inverseNorms[i] = Relevance.inverseNorm(inverseNorms[i]);
    }
    int width = Kernels.padded(m);
    float[] padded = new float[d * width];
    for (int c = 0; c < d; c++) {
      System.arraycopy(projection, c * m, padded, c * width, m);
    }
    int block = 64;
    float[] h = new float[block * width];
    for (int start = from; start < to; start += block) {
      int n = Math.min(block, to - start);
      Kernels.multiply(
          embeddings, start * d, d, 1, padded, 0, width, h, 0, width, n, width, d, false);
      for (int i = 0; i < n; i++) {
        normalizeLow(h, i * width, start + i);
      }
    }
  }

  private void normalizeLow(float[] h, int o, int row) {
    float squared = 0f;
    for (int j = 0; j < lowDimension; j++) {
      squared = Math.fma(h[o + j], h[o + j], squared);
    }
    float inverse = Relevance.inverseNorm(squared);
    inverseLowNorms[row] = inverse;
    for (int j = 0; j < lowDimension; j++) {
      low[row * lowDimension + j] = h[o + j] * inverse;
    }
  }
}
