package io.encodectr.train.optimizer;

import java.util.Arrays;

/**
 * The gradient of a {@link Parameter} of which a step touches few rows: dense storage, but only
 * touched rows are cleared, summed and updated. Not thread-safe.
 */
public final class RowGradient {
  private final Parameter parameter;
  private final int width;
  private final float[] values;
  private final boolean[] touched;
  private int[] rows = new int[16];
  private int count;

  /** An empty gradient of the parameter. */
  public RowGradient(Parameter parameter) {
    this.parameter = parameter;
    width = parameter.width();
    values = new float[parameter.values().length];
    touched = new boolean[parameter.rows()];
  }

  /** Its parameter. */
  public Parameter parameter() {
    return parameter;
  }

  /** Adds {@code scale · source[offset..offset+width)} to a row. */
  public void add(int row, float[] source, int offset, float scale) {
    touch(row);
    int start = row * width;
    for (int i = 0; i < width; i++) {
      values[start + i] += scale * source[offset + i];
    }
  }

  private void touch(int row) {
    if (touched[row]) {
      return;
    }
    touched[row] = true;
    if (count == rows.length) {
      rows = Arrays.copyOf(rows, count * 2);
    }
    rows[count++] = row;
  }

  /** Updates the touched rows, or all of them, and clears this gradient. */
  public void apply(Adam adam, boolean everyRow) {
    if (everyRow) {
      for (int row = 0; row < parameter.rows(); row++) {
        adam.update(parameter, row, values, row * width);
      }
      Arrays.fill(values, 0f);
    }
    for (int i = 0; i < count; i++) {
      int start = rows[i] * width;
      if (!everyRow) {
        adam.update(parameter, rows[i], values, start);
        Arrays.fill(values, start, start + width, 0f);
      }
      touched[rows[i]] = false;
    }
    count = 0;
  }
}
