package io.encodectr.train.embedding;

import io.encodectr.dataset.Column;
import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.Features;
import io.encodectr.dataset.Samples;
import io.encodectr.dataset.Schema;
import io.encodectr.model.Layout;
import io.encodectr.train.batch.Batch;
import io.encodectr.train.optimizer.Adam;
import io.encodectr.train.optimizer.RowGradient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The parts of the tower's input that come from the user, the context, and the target item's
 * continuous columns. Filling is safe in several threads; {@link #update} may run for different
 * columns at once.
 */
public final class SampleFeatures {
  /** A categorical column of users (of the sample's user) or of the context (of the sample). */
  private record Source(ColumnTable table, boolean ofUser, RowGradient gradient) {}

  private final Schema schema;
  private final Layout layout;
  private final Features users;
  private final Features items;
  private final Samples samples;
  private final int dimension;
  private final List<Source> sources = new ArrayList<>();

  /** Features of a dataset's training samples. */
  public SampleFeatures(CtrParameters parameters, Layout layout, Dataset dataset) {
    this.schema = dataset.schema();
    this.layout = layout;
    users = dataset.userFeatures();
    items = dataset.itemFeatures();
    samples = dataset.train();
    dimension = parameters.projection().rows();
    parameters.userColumns().forEach(c -> sources.add(source(c, true)));
    parameters.contextColumns().forEach(c -> sources.add(source(c, false)));
  }

  private static Source source(ColumnTable table, boolean ofUser) {
    return new Source(table, ofUser, new RowGradient(table.table()));
  }

  /**
   * Writes the user's, the context's and the item's own columns of one sample.
   *
   * @param x the tower's input; the sample's row starts at {@code start}
   */
  public void fill(int sample, float[] x, int start) {
    int user = samples.user(sample);
    for (Source source : sources) {
      embed(source, sample, user, x, start + source.table().offset());
    }
    List<Column> columns = schema.user();
    for (int c = 0; c < columns.size(); c++) {
      if (!columns.get(c).categorical()) {
        x[start + layout.userOffset(c)] = users.number(c, user);
      }
    }
    columns = schema.context();
    for (int c = 0; c < columns.size(); c++) {
      if (!columns.get(c).categorical()) {
        x[start + layout.contextOffset(c)] = samples.contextValue(c, sample);
      }
    }
    int next = start + layout.userContextWidth() + dimension;
    columns = schema.item();
    for (int c = 0; c < columns.size(); c++) {
      if (!columns.get(c).categorical()) {
        x[next++] = items.number(c, samples.target(sample));
      }
    }
  }

  private void embed(Source source, int sample, int user, float[] x, int offset) {
    ColumnTable column = source.table();
    int width = column.table().width();
    float[] table = column.table().values();
    int count = count(source, user);
    if (count <= 1) {
      int row = column.rowOf(code(source, sample, user, 0, count));
      System.arraycopy(table, row * width, x, offset, width);
      return;
    }
    Arrays.fill(x, offset, offset + width, 0f);
    for (int v = 0; v < count; v++) {
      int row = column.rowOf(code(source, sample, user, v, count));
      for (int i = 0; i < width; i++) {
        x[offset + i] += table[row * width + i];
      }
    }
    for (int i = 0; i < width; i++) {
      x[offset + i] *= 1f / count;
    }
  }

  private int count(Source source, int user) {
    return source.ofUser() ? users.valueCount(source.table().column(), user) : 1;
  }

  private int code(Source source, int sample, int user, int v, int count) {
    int column = source.table().column();
    if (!source.ofUser()) {
      return samples.contextCode(column, sample);
    }
    return count == 0 ? -1 : users.value(column, user, v);
  }

  /** Number of categorical user and context columns. */
  public int columns() {
    return sources.size();
  }

  /**
   * Brings one column's table up to date.
   *
   * @param gradient of the user's and the context's part of the batch's input rows, {@code [samples
   *     × userContextWidth]}
   */
  public void update(int number, Batch batch, float[] gradient, Adam adam, boolean rowSparse) {
    Source source = sources.get(number);
    int width = layout.userContextWidth();
    for (int i = 0; i < batch.size(); i++) {
      int sample = batch.samples()[i];
      int user = samples.user(sample);
      int count = count(source, user);
      int start = i * width + source.table().offset();
      for (int v = 0; v < Math.max(1, count); v++) {
        int row = source.table().rowOf(code(source, sample, user, v, count));
        source.gradient().add(row, gradient, start, 1f / Math.max(1, count));
      }
    }
    source.gradient().apply(adam, !rowSparse);
  }
}
