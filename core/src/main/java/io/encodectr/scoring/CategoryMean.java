package io.encodectr.scoring;

import io.encodectr.dataset.Features;

/**
 * Embedding of a categorical column: the mean of its values' rows; the last row of the table where
 * there is no value.
 */
final class CategoryMean {
  private final float[] table;
  private final int missing;
  private final int width;

  CategoryMean(float[] table, int vocabulary, int width) {
    this.table = table;
    this.missing = vocabulary;
    this.width = width;
  }

  /** Writes the embedding of a row's values; row −1 has none. */
  void write(Features features, int column, int row, float[] out, int offset) {
    int count = row < 0 ? 0 : features.valueCount(column, row);
    if (count == 0) {
      write(-1, out, offset);
      return;
    }
    java.util.Arrays.fill(out, offset, offset + width, 0f);
    for (int v = 0; v < count; v++) {
      add(features.value(column, row, v), out, offset);
    }
    divide(count, out, offset);
  }

  /** Writes the embedding of several codes; none counts as missing. */
  void write(int[] codes, float[] out, int offset) {
    if (codes.length == 0) {
      write(-1, out, offset);
      return;
    }
    java.util.Arrays.fill(out, offset, offset + width, 0f);
    for (int code : codes) {
      add(code, out, offset);
    }
    divide(codes.length, out, offset);
  }

  /** Writes the embedding of one code; −1 is missing. */
  void write(int code, float[] out, int offset) {
    System.arraycopy(table, (code < 0 ? missing : code) * width, out, offset, width);
  }

  private void add(int code, float[] out, int offset) {
    int row = (code < 0 ? missing : code) * width;
    for (int c = 0; c < width; c++) {
      out[offset + c] += table[row + c];
    }
  }

  private void divide(int count, float[] out, int offset) {
    float inverse = 1f / count;
    for (int c = 0; c < width; c++) {
      out[offset + c] *= inverse;
    }
  }
}
