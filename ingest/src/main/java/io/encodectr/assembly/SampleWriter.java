package io.encodectr.assembly;

import io.encodectr.dataset.Column;
import io.encodectr.file.NpyWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the columns of the training or the test samples. */
final class SampleWriter implements Closeable {
  private final Events events;
  private final ContextColumns context;
  private final NpyWriter user;
  private final NpyWriter target;
  private final NpyWriter time;
  private final NpyWriter historyEnd;
  private final NpyWriter label;
  private final @Nullable NpyWriter pageView;
  private final @Nullable NpyWriter probability;
  private final List<NpyWriter> contextWriters = new ArrayList<>();
  private final ColumnWriters all = new ColumnWriters();
  private long historySum;
  private long withoutHistory;
  private long positives;

  /** Begins the columns in a new folder. */
  SampleWriter(Path folder, Events events, ContextColumns context) throws IOException {
    this.events = events;
    this.context = context;
    Files.createDirectories(folder);
    user = all.keep(NpyWriter.int32(folder.resolve("user.npy")));
    target = all.keep(NpyWriter.int32(folder.resolve("target.npy")));
    time = all.keep(NpyWriter.int64(folder.resolve("time.npy")));
    historyEnd = all.keep(NpyWriter.int32(folder.resolve("history_end.npy")));
    label = all.keep(NpyWriter.uint8(folder.resolve("label.npy")));
    pageView =
        events.pageView() == null
            ? null
            : all.keep(NpyWriter.int32(folder.resolve("page_view.npy")));
    probability =
        events.probability() == null
            ? null
            : all.keep(NpyWriter.float32(folder.resolve("probability.npy")));
    for (Column column : context.columns()) {
      Path path = folder.resolve("context." + column.name() + ".npy");
      contextWriters.add(
          all.keep(column.categorical() ? NpyWriter.int32(path) : NpyWriter.float32(path)));
    }
  }

  /**
   * Appends a sample.
   *
   * @param userIndex the user
   * @param item the target item
   * @param before behaviors of the user strictly before the sample
   * @param positive the label
   * @param event the event whose time, page view, probability and context the sample has
   */
  void add(int userIndex, int item, int before, int positive, long event) throws IOException {
    user.put(userIndex);
    target.put(item);
    time.put(events.time().get(event));
    historyEnd.put(before);
    label.put((byte) positive);
    if (pageView != null && events.pageView() != null) {
      pageView.put(events.pageView().get(event));
    }
    if (probability != null && events.probability() != null) {
      probability.put(events.probability().get(event));
    }
    for (int c = 0; c < contextWriters.size(); c++) {
      if (context.columns().get(c).categorical()) {
        contextWriters.get(c).put(context.code(c, events, event));
      } else {
        contextWriters.get(c).put(context.number(c, events, event));
      }
    }
    historySum += before;
    withoutHistory += before == 0 ? 1 : 0;
    positives += positive;
  }

  /** Number of samples. */
  long count() {
    return user.count();
  }

  /** Sum of the lengths of all histories. */
  long historySum() {
    return historySum;
  }

  /** Samples whose user has no behavior before. */
  long withoutHistory() {
    return withoutHistory;
  }

  /** Samples with label 1. */
  long positives() {
    return positives;
  }

  @Override
  public void close() throws IOException {
    all.close();
  }
}
