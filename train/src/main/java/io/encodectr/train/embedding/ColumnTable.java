package io.encodectr.train.embedding;

import io.encodectr.train.optimizer.Parameter;

/**
 * The embedding table of one categorical column; its last row stands for a missing value.
 *
 * @param column index among the schema's columns of its side
 * @param multiValued whether a row may hold several values
 * @param table {@code [vocabulary+1 × width]}
 * @param offset where the embedding goes: within e(i) for items, within X for users and context
 */
public record ColumnTable(int column, boolean multiValued, Parameter table, int offset) {
  /** The row of a code; missing codes (−1) have the last row. */
  public int rowOf(int code) {
    return code < 0 ? table.rows() - 1 : code;
  }
}
