package io.encodectr.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.Samples;
import io.encodectr.log.History;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random logs against a plain implementation of the definitions. */
class RandomLogTest {
  @TempDir private Path root;

  private record Row(String user, String item, long time, int label, String view, String device) {}

  /** One random log and the options it is ingested with. */
  private record Case(
      List<Row> rows, boolean positives, long samplesFrom, double share, int minCount) {
    static Case of(long seed) {
      Random random = new Random(seed);
      int users = 1 + random.nextInt(12);
      int items = 1 + random.nextInt(15);
      int span = 1 + random.nextInt(60);
      boolean numbers = random.nextBoolean();
      List<Row> rows = new ArrayList<>();
      int count = 1 + random.nextInt(300);
      for (int i = 0; i < count; i++) {
        if (i > 0 && random.nextInt(10) == 0) {
          rows.add(rows.get(random.nextInt(i)));
          continue;
        }
        int user = random.nextInt(users);
        int item = random.nextInt(items);
        rows.add(
            new Row(
                numbers ? Integer.toString(user * 7) : "ü\"" + user + ",",
                numbers ? Integer.toString(item) : "日" + item,
                1_000_000_000L + random.nextInt(span),
                random.nextInt(2),
                random.nextInt(4) == 0 ? "" : "v" + random.nextInt(20),
                random.nextInt(5) == 0 ? "" : "d" + random.nextInt(6)));
      }
      return new Case(
          rows,
          random.nextBoolean(),
          1_000_000_000L + (random.nextBoolean() ? 0 : random.nextInt(1 + span / 2)),
          0.1 + 0.9 * random.nextDouble(),
          random.nextInt(4) == 0 ? 2 : 1);
    }
  }

  /** What a dataset of the case must hold, as texts. */
  private static final class Naive {
    final Map<String, List<String>> histories = new TreeMap<>();
    final List<String> train = new ArrayList<>();
    final List<String> test = new ArrayList<>();
    long split;

    static Naive of(Case log) {
      List<Row> rows = core(new ArrayList<>(new java.util.LinkedHashSet<>(keyed(log.rows))), log);
      List<Row> samples = rows.stream().filter(r -> r.time >= log.samplesFrom).toList();
      if (samples.isEmpty()) {
        return new Naive();
      }
      Naive naive = new Naive();
      long[] times = samples.stream().mapToLong(Row::time).sorted().toArray();
      naive.split = times[Math.max(1, (int) Math.ceil(log.share * times.length)) - 1];
      if (naive.split == times[times.length - 1] && log.share < 1 && times[0] < naive.split) {
        long last = naive.split;
        naive.split = java.util.Arrays.stream(times).filter(t -> t < last).max().getAsLong();
      }
      naive.fill(log, rows);
      return naive;
    }

    /** The first of the rows that share user, item, time, label and page view. */
    private static List<Row> keyed(List<Row> rows) {
      Map<List<Object>, Row> first = new LinkedHashMap<>();
      for (Row r : rows) {
        first.putIfAbsent(List.of(r.user, r.item, r.time, r.label, r.view), r);
      }
      return List.copyOf(first.values());
    }

    private static List<Row> core(List<Row> rows, Case log) {
      while (true) {
        Map<String, Integer> users = new TreeMap<>();
        Map<String, Integer> items = new TreeMap<>();
        rows.forEach(r -> users.merge(r.user, 1, Integer::sum));
        rows.forEach(r -> items.merge(r.item, 1, Integer::sum));
        List<Row> kept =
            rows.stream()
                .filter(r -> users.get(r.user) >= log.minCount && items.get(r.item) >= log.minCount)
                .toList();
        if (kept.size() == rows.size()) {
          return kept;
        }
        rows = kept;
      }
    }

    private void fill(Case log, List<Row> rows) {
      List<String> views =
          log.rows.stream().map(Row::view).filter(v -> !v.isEmpty()).distinct().sorted().toList();
      Set<String> devices = new HashSet<>();
      for (Row r : rows) {
        if (r.time >= log.samplesFrom && r.time <= split) {
          devices.add(r.device);
        }
      }
      Map<String, List<Row>> byUser = new TreeMap<>();
      rows.forEach(r -> byUser.computeIfAbsent(r.user, u -> new ArrayList<>()).add(r));
      byUser.forEach((user, events) -> {
        List<Row> sorted = events.stream().sorted(Comparator.comparingLong(Row::time)).toList();
        List<Row> behaviors = sorted.stream().filter(r -> !log.positives || r.label == 1).toList();
        histories.put(user, behaviors.stream().map(r -> r.item + "@" + r.time).toList());
        for (Row r : sorted) {
          if (r.time >= log.samplesFrom) {
            long before = behaviors.stream().filter(b -> b.time < r.time).count();
            String device = devices.contains(r.device) ? r.device : "";
            String line =
                String.join(
                    " ",
                    r.user,
                    r.item,
                    "" + r.time,
                    "" + before,
                    "" + r.label,
                    "" + views.indexOf(r.view),
                    device);
            (r.time <= split ? train : test).add(line);
          }
        }
      });
    }
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24
      })
  void agreesWithThePlainImplementation(long seed) throws IOException {
    Case log = Case.of(seed);
    Naive expected = Naive.of(log);
    if (expected.train.isEmpty()) {
      return;
    }
    LogFiles files = new LogFiles(root);
    Random random = new Random(seed);
    try (Dataset dataset = LogFiles.open(options(files, log, 1 + random.nextInt(3)))) {
      String what = "seed " + seed;
      assertThat(dataset.info().splitTime()).as(what).isEqualTo(expected.split);
      Map<String, List<String>> histories = new TreeMap<>();
      for (int u = 0; u < dataset.users(); u++) {
        String id = dataset.userIds().id(u);
        histories.put(id, LogFiles.history(dataset, id));
      }
      assertThat(histories).as(what).isEqualTo(expected.histories);
      assertThat(lines(dataset, dataset.train()))
          .as(what)
          .isEqualTo(byUser(dataset, expected.train));
      assertThat(lines(dataset, dataset.test())).as(what).isEqualTo(byUser(dataset, expected.test));
    }
  }

  private static IngestOptions options(LogFiles files, Case log, int threads) throws IOException {
    StringBuilder text = new StringBuilder("u,i,t,y,view,dev\n");
    for (Row r : log.rows) {
      text.append(
          "\"%s\",%s,%d,%d,%s,%s\n"
              .formatted(r.user.replace("\"", "\"\""), r.item, r.time, r.label, r.view, r.device));
    }
    Path csv = files.write("log.csv", text.toString());
    Path yaml =
        files.write(
            "m.yaml",
            "user: u\nitem: i\ntime: t\nlabel: y\npage_view: view\n"
                + "context: {dev: {kind: categorical}}\n");
    return files
        .options(LogFormat.CSV, csv)
        .withMapping(yaml)
        .withHistory(log.positives ? History.POSITIVES : History.ALL)
        .withSplit(log.samplesFrom, log.share)
        .withMinCount(log.minCount)
        .withResources(1L << 30, threads);
  }

  /** The plain implementation sorts users by text, the dataset by its own order. */
  private static List<String> byUser(Dataset dataset, List<String> lines) {
    return lines.stream()
        .sorted(
            Comparator.comparingInt(
                line -> dataset.userIds().indexOf(line.substring(0, line.indexOf(' ')))))
        .toList();
  }

  private static List<String> lines(Dataset dataset, Samples samples) {
    List<String> plain = LogFiles.lines(dataset, samples);
    List<String> lines = new ArrayList<>();
    for (int s = 0; s < plain.size(); s++) {
      int device = samples.contextCode(0, s);
      String name = device < 0 ? "" : dataset.contextVocabularies().value(0, device);
      lines.add(plain.get(s) + " " + samples.pageView(s) + " " + name);
    }
    return lines;
  }
}
