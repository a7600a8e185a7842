package io.encodectr.spark.ingest;

/** What a row of a survey counts; context columns follow, column c has the kind {@code 9 + c}. */
final class SurveyKind {
  /** Lines of a block, by file and block. */
  static final int LINES = 0;

  /** Rows of a file, usable or not. */
  static final int ROWS = 1;

  /** Rows of a file that cannot be used. */
  static final int BAD = 2;

  /** A row that cannot be used, with place and reason. */
  static final int REJECT = 3;

  /** A row that only the local job can read, with place and reason. */
  static final int BEYOND = 4;

  /** Values of a feature column. */
  static final int VALUES = 5;

  /** Events of a user. */
  static final int USER = 6;

  /** Events of an item. */
  static final int ITEM = 7;

  /** Events of a page view. */
  static final int PAGE_VIEW = 8;

  /** Events with a value of the first context column. */
  static final int CONTEXT = 9;

  private SurveyKind() {}
}
