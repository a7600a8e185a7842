package io.encodectr.cli;

import io.encodectr.dataset.Column;
import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetInfo;
import io.encodectr.dataset.Features;
import io.encodectr.dataset.Samples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Says what a dataset folder holds. */
final class DatasetInspection {
  private final Dataset dataset;
  private final DatasetInfo info;

  private DatasetInspection(Dataset dataset) {
    this.dataset = dataset;
    info = dataset.info();
  }

  /**
   * Inspects a folder.
   *
   * @param check whether every value is to be checked
   */
  static Inspection of(Path folder, boolean check) throws IOException {
    try (Dataset dataset = Dataset.open(folder)) {
      if (check) {
        dataset.check();
      }
      return new DatasetInspection(dataset).inspection();
    }
  }

  private Inspection inspection() {
    var facts = new LinkedHashMap<String, Object>();
    facts.put("kind", info.kind());
    facts.put("format", info.format());
    facts.put("created_by", info.createdBy());
    facts.put("fingerprint", info.fingerprint());
    facts.put("users", info.users());
    facts.put("items", info.items());
    facts.put("behaviors", info.behaviors());
    facts.put("train_samples", info.trainSamples());
    facts.put("test_samples", info.testSamples());
    facts.put("rejected", info.rejected());
    facts.put("first_time", Inspection.date(info.firstTime()));
    facts.put("split_time", Inspection.date(info.splitTime()));
    facts.put("last_time", Inspection.date(info.lastTime()));
    facts.put("history", info.history());
    facts.put("page_views", info.pageViews());
    facts.put("probability", info.probability());
    facts.put("source", source());
    if (!info.options().isEmpty()) {
      facts.put("options", info.options());
    }
    facts.put("history_length", historyLengths());
    facts.put("train", samples(dataset.train()));
    facts.put("test", testSamples());
    addColumns(facts);
    return new Inspection(sentence(), facts);
  }

  private String sentence() {
    return "A dataset of %s users, %s items and %s behaviors from %s to %s; %s samples to train on up to %s, %s to test on after it."
        .formatted(
            Inspection.count(info.users()),
            Inspection.count(info.items()),
            Inspection.count(info.behaviors()),
            Inspection.date(info.firstTime()),
            Inspection.date(info.lastTime()),
            Inspection.count(info.trainSamples()),
            Inspection.date(info.splitTime()),
            Inspection.count(info.testSamples()));
  }

  private Map<String, Object> source() {
    var facts = new LinkedHashMap<String, Object>();
    facts.put("format", info.source().format());
    facts.put("paths", info.source().paths());
    facts.put("bytes", info.source().sizes().stream().mapToLong(Long::longValue).sum());
    facts.put("sha256", info.source().sha256());
    return facts;
  }

  private Map<String, Object> historyLengths() {
    int[] lengths = new int[dataset.users()];
    int empty = 0;
    for (int user = 0; user < lengths.length; user++) {
      lengths[user] = dataset.behaviors().length(user);
      empty += lengths[user] == 0 ? 1 : 0;
    }
    Map<String, Object> facts = Inspection.lengths(lengths);
    facts.put("users_without", empty);
    return facts;
  }

  private SequencedMap<String, Object> samples(Samples samples) {
    long positives = 0;
    int[] lengths = new int[samples.size()];
    for (int s = 0; s < lengths.length; s++) {
      positives += samples.label(s);
      lengths[s] = samples.historyEnd(s);
    }
    var facts = new LinkedHashMap<String, Object>();
    facts.put("samples", samples.size());
    facts.put("label_rate", Inspection.share(positives, samples.size()));
    facts.put("history_length", Inspection.lengths(lengths));
    return facts;
  }

  /** A user is warm who has a behavior or a training sample up to the split. */
  private Map<String, Object> testSamples() {
    boolean[] trained = new boolean[dataset.users()];
    for (int s = 0; s < dataset.train().size(); s++) {
      trained[dataset.train().user(s)] = true;
    }
    Samples test = dataset.test();
    long users = 0;
    long warmUsers = 0;
    long warmSamples = 0;
    int last = -1;
    boolean warm = false;
    for (int s = 0; s < test.size(); s++) {
      int user = test.user(s);
      if (user != last) {
        warm = trained[user] || dataset.behaviors().countBefore(user, info.splitTime() + 1) > 0;
        users++;
        warmUsers += warm ? 1 : 0;
        last = user;
      }
      warmSamples += warm ? 1 : 0;
    }
    SequencedMap<String, Object> facts = samples(test);
    facts.put("users", users);
    facts.put("warm_user_share", Inspection.share(warmUsers, users));
    facts.put("warm_sample_share", Inspection.share(warmSamples, test.size()));
    return facts;
  }

  private void addColumns(Map<String, Object> facts) {
    List<Map<String, Object>> rows = Inspection.columns(dataset.schema());
    if (rows.isEmpty()) {
      facts.put("columns", List.of());
      return;
    }
    int row = 0;
    for (Features features : List.of(dataset.itemFeatures(), dataset.userFeatures())) {
      for (int c = 0; c < features.columns().size(); c++) {
        addValues(features, c, rows.get(row++));
      }
    }
    for (int c = 0; c < dataset.schema().context().size(); c++) {
      addContextValues(c, rows.get(row++));
    }
    facts.put("columns", rows);
  }

  private static void addValues(Features features, int column, Map<String, Object> row) {
    Column which = features.columns().get(column);
    if (!which.categorical()) {
      return;
    }
    long values = 0;
    long missing = 0;
    for (int r = 0; r < features.rows(); r++) {
      int n = features.valueCount(column, r);
      values += n;
      missing += n == 0 ? 1 : 0;
    }
    row.put("missing_share", Inspection.share(missing, features.rows()));
    if (which.multiValued()) {
      row.put("mean_values", Inspection.share(values, features.rows()));
    }
  }

  private void addContextValues(int column, Map<String, Object> row) {
    if (!dataset.schema().context().get(column).categorical()) {
      return;
    }
    Samples train = dataset.train();
    long missing = 0;
    for (int s = 0; s < train.size(); s++) {
      missing += train.contextCode(column, s) < 0 ? 1 : 0;
    }
    row.put("missing_share", Inspection.share(missing, train.size()));
  }
}
