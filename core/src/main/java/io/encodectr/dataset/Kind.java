package io.encodectr.dataset;

/** What the values of a column are. */
public enum Kind {
  /** Codes 0..n-1 of a vocabulary; -1 is missing or unknown. */
  CATEGORICAL,
  /** Numbers, normalized to [0, 1); missing is 0. */
  CONTINUOUS
}
