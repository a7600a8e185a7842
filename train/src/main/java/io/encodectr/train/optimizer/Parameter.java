package io.encodectr.train.optimizer;

import io.encodectr.cluster.SeedStream;

/**
 * A table of learned rows with Adam's two moments. Not thread-safe, but disjoint rows may be read
 * and updated by different threads.
 */
public final class Parameter {
  private final String name;
  private final int rows;
  private final int width;
  private final float[] values;
  private final float[] first;
  private final float[] second;

  /**
   * A parameter, all zero.
   *
   * @param name its name in weights files and checkpoints
   * @param rows at least 1
   * @param width at least 1
   */
  public Parameter(String name, int rows, int width) {
    this.name = name;
    this.rows = rows;
    this.width = width;
    values = new float[Math.multiplyExact(rows, width)];
    first = new float[values.length];
    second = new float[values.length];
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Number of rows. */
  public int rows() {
    return rows;
  }

  /** Width of a row. */
  public int width() {
    return width;
  }

  /** The values {@code [rows × width]}; the array itself. */
  public float[] values() {
    return values;
  }

  /** Adam's running mean of gradients; the array itself. */
  public float[] first() {
    return first;
  }

  /** Adam's running mean of squared gradients; the array itself. */
  public float[] second() {
    return second;
  }

  /** Fills the values with independent normal numbers; the moments stay as they are. */
  public void fillNormal(float standardDeviation, long seed) {
    SeedStream random = new SeedStream(seed);
    for (int i = 0; i < values.length; i += 2) {
      double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.unit()));
      double angle = 2 * Math.PI * random.unit();
      values[i] = (float) (standardDeviation * radius * StrictMath.cos(angle));
      if (i + 1 < values.length) {
        values[i + 1] = (float) (standardDeviation * radius * StrictMath.sin(angle));
      }
    }
  }

  /** Fills part of the values with independent numbers in (-bound, bound). */
  public void fillUniform(int from, int to, float bound, long seed) {
    SeedStream random = new SeedStream(seed);
    for (int i = from; i < to; i++) {
      values[i] = (float) (bound * (2 * random.unit() - 1));
    }
  }
}
