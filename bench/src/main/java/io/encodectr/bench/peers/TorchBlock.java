package io.encodectr.bench.peers;

import io.encodectr.file.FloatColumn;
import io.encodectr.file.IntColumn;
import io.encodectr.file.LongColumn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Some samples of a batch as tensors, padded to the longest history among them. Lives as long as it
 * is referred to.
 */
final class TorchBlock {
  final int size;

  /** Behaviors, each of which is an anchor of the triplet loss. */
  final int anchors;

  /** {@code [b × L]}. */
  final Tensor history;

  /** {@code [b × L]}, 1 for behaviors. */
  final Tensor mask;

  /** {@code [b × L]}, whether there is no behavior. */
  final Tensor padding;

  /** {@code [b × recent]}. */
  final Tensor recent;

  final Tensor recentPadding;
  final Tensor target;
  final Tensor label;

  /** {@code [b × K]}, positions of the first centers; null for DIN-L. */
  final @Nullable Tensor centers;

  /** {@code [b × 1 × K]}, whether there is no such center. */
  final @Nullable Tensor centerPadding;

  /** {@code [b × L]}, positions of each behavior's partners. */
  final @Nullable Tensor first;

  final @Nullable Tensor second;

  private TorchBlock(TrainingProblem problem, Columns columns, int[] samples) {
    size = samples.length;
    int longest = 0;
    int behaviors = 0;
    for (int sample : samples) {
      longest = Math.max(longest, columns.length(sample));
      behaviors += columns.length(sample);
    }
    anchors = behaviors;
    int width = longest;
    history = longs(size, width, (i, p) -> columns.history(samples[i], p));
    mask = floats(size, width, (i, p) -> p < columns.length(samples[i]) ? 1 : 0);
    padding = mask.eq(torch.zeros_like(mask));
    int last = problem.recent();
    recent =
        longs(
            size,
            last,
            (i, p) ->
                columns.history(samples[i], Math.max(0, columns.length(samples[i]) - last) + p));
    Tensor recents = floats(size, last, (i, p) -> p < columns.length(samples[i]) ? 1 : 0);
    recentPadding = recents.eq(torch.zeros_like(recents));
    target = longs(1, size, (i, p) -> columns.target[samples[p]]).squeeze(0);
    label = floats(1, size, (i, p) -> columns.label[samples[p]]).squeeze(0);
    if (columns.centers == null || columns.partners == null) {
      centers = null;
      centerPadding = null;
      first = null;
      second = null;
      return;
    }
    int k = problem.clusters();
    int[] chosen = columns.centers;
    centers = longs(size, k, (i, p) -> Math.max(0, chosen[samples[i] * k + p]));
    Tensor present = floats(size, k, (i, p) -> chosen[samples[i] * k + p] < 0 ? 0 : 1);
    centerPadding = present.eq(torch.zeros_like(present)).unsqueeze(1);
    first = longs(size, width, (i, p) -> columns.partner(samples[i], p, 0));
    second = longs(size, width, (i, p) -> columns.partner(samples[i], p, 1));
  }

  /**
   * The blocks of a problem's batch, samples in the order of their histories' lengths.
   *
   * @param size samples of a block, 0 for the whole batch in one
   */
  static List<TorchBlock> read(Path folder, TrainingProblem problem, int batch, int size)
      throws IOException {
    Columns columns = new Columns(folder.resolve("batch-" + batch), problem.isEncode());
    int[] order =
        IntStream.range(0, columns.target.length)
            .boxed()
            .sorted(Comparator.comparingInt(columns::length))
            .mapToInt(i -> i)
            .toArray();
    int step = size == 0 ? order.length : size;
    List<TorchBlock> blocks = new ArrayList<>();
    for (int i = 0; i < order.length; i += step) {
      int[] samples =
          IntStream.range(i, Math.min(i + step, order.length)).map(p -> order[p]).toArray();
      blocks.add(new TorchBlock(problem, columns, samples));
    }
    return blocks;
  }

  private interface Entry {
    double at(int row, int column);
  }

  private static Tensor longs(int rows, int columns, Entry entry) {
    long[] values = new long[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (long) entry.at(i / columns, i % columns);
    }
    return torch.tensor(values).view(rows, columns);
  }

  private static Tensor floats(int rows, int columns, Entry entry) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) entry.at(i / columns, i % columns);
    }
    return torch.tensor(values).view(rows, columns);
  }

  /** A batch's files. */
  private static final class Columns {
    private final long[] offsets;
    private final int[] history;
    private final int[] target;
    private final float[] label;
    private final int @Nullable [] centers;
    private final int @Nullable [] partners;

    Columns(Path folder, boolean clusters) throws IOException {
      offsets = LongColumn.map(folder.resolve("offsets.npy")).toArray();
      history = IntColumn.map(folder.resolve("history.npy")).toArray();
      target = IntColumn.map(folder.resolve("target.npy")).toArray();
      label = FloatColumn.map(folder.resolve("label.npy")).toArray();
      centers = clusters ? IntColumn.map(folder.resolve("centers.npy")).toArray() : null;
      partners = clusters ? IntColumn.map(folder.resolve("partners.npy")).toArray() : null;
    }

    int length(int sample) {
      return (int) (offsets[sample + 1] - offsets[sample]);
    }

    /** Row of a behavior; 0 behind the history's end. */
    int history(int sample, int position) {
      return position < length(sample) ? history[(int) offsets[sample] + position] : 0;
    }

    int partner(int sample, int position, int q) {
      return partners != null && position < length(sample)
          ? partners[2 * ((int) offsets[sample] + position) + q]
          : 0;
    }
  }
}
