package io.encodectr.bench.peers;

import io.encodectr.dataset.DatasetFingerprint;
import io.encodectr.dataset.DatasetInfo;
import io.encodectr.dataset.IdDictionary;
import io.encodectr.dataset.Schema;
import io.encodectr.file.Json;
import io.encodectr.file.NpyWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Writes samples as a dataset for our trainer: each is a user with one training sample. */
final class SampleDataset {
  private static final long START = 1_600_000_000L;

  private SampleDataset() {}

  /** Writes a dataset without columns or test samples. */
  static void write(Path folder, SampledHistories samples) throws IOException {
    for (String part : List.of("behaviors", "train", "test", "items", "users", "context")) {
      Files.createDirectories(folder.resolve(part));
    }
    long behaviors = writeBehaviors(folder.resolve("behaviors"), samples);
    writeSamples(folder.resolve("train"), samples, samples.size());
    writeSamples(folder.resolve("test"), samples, 0);
    ids(folder.resolve("items"), samples.items());
    ids(folder.resolve("users"), samples.size());
    DatasetInfo info =
        new DatasetInfo(
            DatasetInfo.FORMAT,
            DatasetInfo.KIND,
            "bench",
            new DatasetInfo.Source("bench", List.of(), List.of(), ""),
            Map.of(),
            samples.size(),
            samples.items(),
            behaviors,
            samples.size(),
            0,
            0,
            end(samples),
            START,
            end(samples),
            "s",
            "all",
            false,
            false,
            Schema.EMPTY,
            DatasetFingerprint.of(folder));
    Json.write(folder.resolve(DatasetInfo.FILE), info);
  }

  /** Time of all samples: after the longest history. */
  private static long end(SampledHistories samples) {
    return START
        + IntStream.range(0, samples.size())
            .map(i -> samples.histories()[i].length)
            .max()
            .orElse(0);
  }

  private static long writeBehaviors(Path folder, SampledHistories samples) throws IOException {
    try (NpyWriter offset = NpyWriter.int64(folder.resolve("offsets.npy"));
        NpyWriter item = NpyWriter.int32(folder.resolve("item.npy"));
        NpyWriter time = NpyWriter.int64(folder.resolve("time.npy"))) {
      offset.put(0L);
      for (int[] history : samples.histories()) {
        item.putAll(history);
        for (int i = 0; i < history.length; i++) {
          time.put(START + i);
        }
        offset.put(item.count());
      }
      return item.count();
    }
  }

  private static void writeSamples(Path folder, SampledHistories samples, int count)
      throws IOException {
    try (NpyWriter user = NpyWriter.int32(folder.resolve("user.npy"));
        NpyWriter target = NpyWriter.int32(folder.resolve("target.npy"));
        NpyWriter time = NpyWriter.int64(folder.resolve("time.npy"));
        NpyWriter historyEnd = NpyWriter.int32(folder.resolve("history_end.npy"));
        NpyWriter label = NpyWriter.uint8(folder.resolve("label.npy"))) {
      for (int i = 0; i < count; i++) {
        user.put(i);
        target.put(samples.targets()[i]);
        time.put(end(samples));
        historyEnd.put(samples.histories()[i].length);
        label.put((byte) samples.labels()[i]);
      }
    }
  }

  private static void ids(Path folder, int size) throws IOException {
    IdDictionary.write(
        folder, "ids", IntStream.range(0, size).mapToObj(Integer::toString).toList());
  }
}
