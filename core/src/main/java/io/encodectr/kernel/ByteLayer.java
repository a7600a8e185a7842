package io.encodectr.kernel;

/**
 * A dense layer in whole numbers of eight bits. Inputs and weights are quantized in groups of at
 * most {@value #GROUP} inputs, each with a scale of its own: that of a row of inputs is found when
 * it is scored, that of a column of weights when the layer is made. Nothing is calibrated on data.
 *
 * <p>A group's products are added up in lanes of 16 bits, of which a vector has twice as many as of
 * floats, and cannot overflow there: inputs are at most {@value #LARGEST_INPUT}, and the sizes of a
 * column's weights in a group add up to at most {@value #LARGEST_SUM}. Groups are added up as
 * floats, in ascending order: c = fma(sum, weight scale · input scale, c). Columns beyond a
 * multiple of {@value #COLUMNS} stay floats, as they would leave most lanes empty.
 *
 * <p>Chooses the twin as {@link Kernels} does; results do not depend on it. Immutable and
 * thread-safe; callers bring a {@link Workspace}.
 */
public final class ByteLayer {
  /** Inputs of a group, at most. */
  static final int GROUP = 128;

  /** Largest size of a quantized input. */
  static final int LARGEST_INPUT = 63;

  /** Largest sum of the sizes of a group's weights. */
  static final int LARGEST_SUM = Short.MAX_VALUE / LARGEST_INPUT;

  /** Columns are quantized in multiples of these. */
  static final int COLUMNS = 64;

  /** Rows of a block. */
  static final int ROWS = 4;

  private static final int LARGEST_WEIGHT = Byte.MAX_VALUE;

  /** Columns of a panel: the 16-bit lanes of two vectors. */
  static final int PANEL = Kernels.VECTOR ? 4 * Lanes.WIDE.length() : 32;

  final int k;

  /** Number of quantized columns. */
  final int columns;

  /** Number of groups, and inputs of each but the last, which may have fewer. */
  final int groups;

  final int groupLength;
  final short[] panels;

  /** {@code [groups × columns]}. */
  final float[] scales;

  private final int floatColumns;
  private final float[] floatPanels;

  private ByteLayer(float[] b, int bo, int n, int k) {
    this.k = k;
    columns = n / COLUMNS * COLUMNS;
    groups = Math.ceilDiv(k, GROUP);
    groupLength = Kernels.padded(Math.ceilDiv(k, groups));
    panels = new short[Math.multiplyExact(k, columns)];
    scales = new float[groups * columns];
    for (int column = 0; column < columns; column++) {
      for (int g = 0; g < groups; g++) {
        quantize(b, bo + column, n, g, column);
      }
    }
    floatColumns = n - columns;
    float[] others = new float[k * floatColumns];
    for (int p = 0; p < k; p++) {
      System.arraycopy(b, bo + p * n + columns, others, p * floatColumns, floatColumns);
    }
    floatPanels = Layers.pack(others, 0, floatColumns, k);
  }

  /**
   * Quantizes the weights of a layer.
   *
   * @param b B {@code [k × n]}, from {@code bo} on; finite
   * @param n columns, a multiple of 8
   * @param k inputs, at least 1
   */
  public static ByteLayer of(float[] b, int bo, int n, int k) {
    return new ByteLayer(b, bo, n, k);
  }

  private void quantize(float[] b, int bo, int n, int group, int column) {
    int from = group * groupLength;
    int to = end(group);
    double sum = 0;
    double largest = 0;
    for (int p = from; p < to; p++) {
      double size = Math.abs(b[bo + p * n]);
      sum += size;
      largest = Math.max(largest, size);
    }
    // Rounding adds up to half to each size.
    double scale = Math.max(sum / (LARGEST_SUM - (to - from) / 2.0), largest / LARGEST_WEIGHT);
    scales[group * columns + column] = (float) scale;
    for (int p = from; p < to; p++) {
      panels[at(p, column)] = scale == 0 ? 0 : (short) Math.rint(b[bo + p * n] / scale);
    }
  }

  /** Where a group ends. */
  int end(int group) {
    return Math.min(k, (group + 1) * groupLength);
  }

  /**
   * Where a weight lies: panel after panel of two vectors a row. Even lanes of a vector have its
   * first columns, odd ones the others, so that widening to 32 bits gives columns that follow each
   * other.
   */
  int at(int p, int column) {
    int lanes = PANEL / 2;
    int within = column % lanes;
    int lane = column % PANEL - within + 2 * (within % (lanes / 2)) + within / (lanes / 2);
    return column / PANEL * PANEL * k + p * PANEL + lane;
  }

  /** Row stride of a workspace's inputs: whole vectors. */
  int stride() {
    return Kernels.padded(k);
  }

  /**
   * C += X·B, up to quantization. A row of C does not depend on the rows beside it. A NaN makes its
   * row of C NaN.
   *
   * @param x {@code [m × k]} with row stride {@code ldx}
   * @param c {@code [m × n]} with row stride {@code ldc}
   */
  public void multiply(
      float[] x, int xo, int ldx, float[] c, int co, int ldc, int m, Workspace workspace) {
    workspace.reserve(m, this);
    if (Kernels.VECTOR) {
      VectorBytes.quantize(this, x, xo, ldx, m, workspace);
      VectorBytes.multiply(this, workspace, c, co, ldc, m);
    } else {
      ScalarBytes.quantize(this, x, xo, ldx, m, workspace);
      ScalarBytes.multiply(this, workspace, c, co, ldc, m);
    }
    Layers.multiply(x, xo, ldx, floatPanels, c, co + columns, ldc, m, floatColumns, k, true);
  }

  /** Buffers of one thread. */
  public static final class Workspace {
    /** Inputs, each twice in its int: {@code [m × stride]}. */
    int[] inputs = {};

    /** Scales of inputs, {@code [m × groups]}. */
    float[] scales = {};

    /** What each row is multiplied by, {@code [m]}. */
    float[] inverses = {};

    /** Sums of a block's rows of a panel, two of them in each int. */
    final int[] sums = new int[ROWS * PANEL / 2];

    void reserve(int m, ByteLayer layer) {
      if (inputs.length < m * layer.stride()) {
        inputs = new int[m * layer.stride()];
      }
      if (inverses.length < m) {
        inverses = new float[m];
      }
      if (scales.length < m * layer.groups) {
        scales = new float[m * layer.groups];
      }
    }
  }
}
