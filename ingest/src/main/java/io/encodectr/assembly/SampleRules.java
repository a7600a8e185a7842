package io.encodectr.assembly;

import io.encodectr.log.History;
import io.encodectr.log.LogDescription;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How events become behaviors and samples.
 *
 * @param history which interactions become behaviors
 * @param samplesFrom samples only from this second on; {@code Long.MIN_VALUE} = all
 * @param trainShare share of the samples that fall into the training period, in (0, 1]
 * @param minCount k of the k-core, 1 keeps all
 * @param negatives how negatives are drawn for logs without labels
 * @param seed seed of the negatives
 */
public record SampleRules(
    History history,
    long samplesFrom,
    double trainShare,
    int minCount,
    Negatives negatives,
    long seed)
    implements Serializable {
  /**
   * The rules of a log with what options say otherwise.
   *
   * @param history null = as the log says
   * @param samplesFrom null = as the log says, or all
   */
  public static SampleRules of(
      LogDescription log,
      @Nullable History history,
      @Nullable Long samplesFrom,
      double trainShare,
      int minCount,
      Negatives negatives,
      long seed) {
    Long from = samplesFrom == null ? log.samplesFrom() : samplesFrom;
    return new SampleRules(
        history == null ? log.history() : history,
        from == null ? Long.MIN_VALUE : from,
        trainShare,
        minCount,
        negatives,
        seed);
  }

  /** Whether only positives become behaviors. */
  public boolean positivesOnly() {
    return history == History.POSITIVES;
  }

  /** The options that change a byte of the result, as they took effect. */
  Map<String, Object> written(LogDescription log) {
    Map<String, Object> written = new LinkedHashMap<>();
    written.put("history", history.key());
    if (samplesFrom != Long.MIN_VALUE) {
      written.put("samples_from", samplesFrom);
    }
    written.put("train_share", trainShare);
    if (log.label() != null && log.label().positiveAt() != null) {
      written.put("positive_at", log.label().positiveAt());
    }
    if (log.interactionsOnly()) {
      written.put("negatives", negatives.distribution());
      written.put("negatives_per_positive", negatives.perPositive());
      written.put("seed", seed);
    }
    written.put("min_count", minCount);
    return written;
  }
}
