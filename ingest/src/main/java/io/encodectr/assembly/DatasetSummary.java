package io.encodectr.assembly;

import io.encodectr.dataset.DatasetInfo;
import io.encodectr.dataset.Schema;
import io.encodectr.file.InputException;
import io.encodectr.log.LogDescription;
import io.encodectr.model.CodeVersion;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * What there is to say of a dataset whose columns are written.
 *
 * @param users number of users
 * @param items number of items
 * @param rejected input rows that could not be used
 * @param duplicates rows that were left out as repetitions
 * @param splitTime last second of the training period
 */
public record DatasetSummary(
    LogDescription log,
    DatasetInfo.Source source,
    SampleRules rules,
    int users,
    int items,
    HistoryTotals totals,
    long rejected,
    long duplicates,
    long splitTime,
    Schema schema) {
  /**
   * {@code dataset.json}, still without a fingerprint.
   *
   * @throws InputException if there are more samples than a dataset can hold
   */
  public DatasetInfo info() {
    return new DatasetInfo(
        DatasetInfo.FORMAT,
        DatasetInfo.KIND,
        "encode " + CodeVersion.current(),
        source,
        rules.written(log),
        users,
        items,
        totals.behaviors(),
        samples(totals.trainSamples()),
        samples(totals.testSamples()),
        rejected,
        splitTime,
        totals.firstTime(),
        totals.lastTime(),
        "s",
        rules.history().key(),
        log.pageView() != null,
        log.probability() != null,
        schema,
        "");
  }

  private static int samples(long count) {
    if (count > Integer.MAX_VALUE) {
      throw new InputException(
          count
              + " samples are more than a dataset can hold, 2,147,483,647; give a later"
              + " --samples-from or fewer negatives");
    }
    return (int) count;
  }

  /**
   * What to tell whoever asked for the dataset, in the order to show it.
   *
   * @param out the dataset's folder
   */
  public SequencedMap<String, Object> result(Path out) {
    SequencedMap<String, Object> result = new LinkedHashMap<>();
    result.put("dataset", out.toString());
    result.put("users", users);
    result.put("items", items);
    result.put("behaviors", totals.behaviors());
    result.put("train_samples", samples(totals.trainSamples()));
    result.put("test_samples", samples(totals.testSamples()));
    result.put("rejected", rejected);
    result.put("duplicates", duplicates);
    result.put("split_time", splitTime);
    result.put("train_positive_share", share(totals.trainPositives(), totals.trainSamples()));
    result.put("test_positive_share", share(totals.testPositives(), totals.testSamples()));
    result.put(
        "mean_history", share(totals.historySum(), totals.trainSamples() + totals.testSamples()));
    result.put("samples_without_history", totals.samplesWithoutHistory());
    result.put("users_without_behaviors", totals.usersWithoutBehaviors());
    if (totals.missingNegatives() > 0) {
      result.put("missing_negatives", totals.missingNegatives());
    }
    return result;
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
