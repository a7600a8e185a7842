package io.encodectr.ingest;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.Samples;
import io.encodectr.file.Json;
import io.encodectr.log.Rejects;
import io.encodectr.progress.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import tools.jackson.databind.JsonNode;

/** A folder of logs made by a test, and the datasets made of it. */
final class LogFiles {
  private final Path folder;
  private final Path out;

  LogFiles(Path root) throws IOException {
    folder = Files.createDirectories(root.resolve("logs"));
    out = Files.createDirectories(root.resolve("out")).resolve("dataset");
  }

  Path folder() {
    return folder;
  }

  Path out() {
    return out;
  }

  Path write(String name, String text) throws IOException {
    return write(name, text, StandardCharsets.UTF_8);
  }

  Path write(String name, String text, Charset charset) throws IOException {
    return write(name, text.getBytes(charset));
  }

  Path write(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream raw = Files.newOutputStream(file);
        OutputStream stream = name.endsWith(".gz") ? new GZIPOutputStream(raw) : raw) {
      stream.write(bytes);
    }
    return file;
  }

  Path zip(String name, Map<String, String> entries) throws IOException {
    Path file = folder.resolve(name);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, String> entry : new TreeMap<>(entries).entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
    return file;
  }

  IngestOptions options(LogFormat format) {
    return options(format, folder);
  }

  IngestOptions options(LogFormat format, Path input) {
    return IngestOptions.of(format, input, out).withResources(1L << 30, 2).withOverwrite(true);
  }

  /** Runs a job. */
  static SequencedMap<String, Object> run(IngestOptions options) throws IOException {
    return new IngestJob(options, Progress.NONE).run();
  }

  /** Runs a job, checks every value of the dataset and opens it. */
  static Dataset open(IngestOptions options) throws IOException {
    run(options);
    Dataset dataset = Dataset.open(options.out());
    dataset.check();
    return dataset;
  }

  /** Samples as "user item time history_end label". */
  static List<String> lines(Dataset dataset, Samples samples) {
    List<String> lines = new ArrayList<>();
    for (int s = 0; s < samples.size(); s++) {
      lines.add(
          String.join(
              " ",
              dataset.userIds().id(samples.user(s)),
              dataset.itemIds().id(samples.target(s)),
              Long.toString(samples.time(s)),
              Integer.toString(samples.historyEnd(s)),
              Integer.toString(samples.label(s))));
    }
    return lines;
  }

  /** Behaviors of a user as "item@time". */
  static List<String> history(Dataset dataset, String user) {
    int u = dataset.userIds().indexOf(user);
    List<String> history = new ArrayList<>();
    for (int i = 0; i < dataset.behaviors().length(u); i++) {
      history.add(
          dataset.itemIds().id(dataset.behaviors().item(u, i))
              + "@"
              + dataset.behaviors().time(u, i));
    }
    return history;
  }

  /** Values of a categorical item column. */
  static List<String> itemValues(Dataset dataset, int column, String item) {
    int i = dataset.itemIds().indexOf(item);
    List<String> values = new ArrayList<>();
    for (int v = 0; v < dataset.itemFeatures().valueCount(column, i); v++) {
      values.add(
          dataset.itemVocabularies().value(column, dataset.itemFeatures().value(column, i, v)));
    }
    return values;
  }

  /** The lines of rejects.jsonl. */
  List<JsonNode> rejects() throws IOException {
    List<JsonNode> rejects = new ArrayList<>();
    for (String line : Files.readAllLines(out.resolve(Rejects.FILE))) {
      rejects.add(Json.mapper().readTree(line));
    }
    return rejects;
  }

  /** Every file of the dataset with its content. */
  Map<String, byte[]> bytes() throws IOException {
    Map<String, byte[]> bytes = new TreeMap<>();
    try (Stream<Path> tree = Files.walk(out)) {
      for (Path file : tree.filter(Files::isRegularFile).toList()) {
        bytes.put(out.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return bytes;
  }

  /** Names of what is in the output's parent folder, hidden ones included. */
  List<String> leftBehind() throws IOException {
    try (Stream<Path> entries = Files.list(out.getParent())) {
      return entries.map(path -> path.getFileName().toString()).toList();
    }
  }
}
