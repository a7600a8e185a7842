package io.encodectr.train.sequence;

import io.encodectr.cluster.SeedStream;
import io.encodectr.interest.InterestExtractor;
import io.encodectr.interest.Interests;
import io.encodectr.item.ItemTable;
import io.encodectr.sequence.Method;
import io.encodectr.sequence.SequenceSpec;
import io.encodectr.train.batch.Batch;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * ENCODE in LibTorch operations: the extractor's clusters and centers' cosines are taken as they
 * are, everything after them is computed anew in double precision.
 */
public final class PlainInterests {
  private PlainInterests() {}

  static @Nullable Tensor attend(
      SequenceSpec spec, RandomBatch random, Tensor table, Tensor targets, int group) {
    return attend(spec, random.table, random.batch, table, targets, group);
  }

  /** l of a group's targets; null if its history has no direction. */
  public static @Nullable Tensor attend(
      SequenceSpec spec, ItemTable items, Batch batch, Tensor table, Tensor targets, int group) {
    InterestExtractor extractor = spec.newExtractor();
    Interests found = new Interests(spec.clusters(), spec.dimension());
    extractor.extract(
        items,
        batch.histories(),
        batch.historyStart()[group],
        batch.historyLength(group),
        SeedStream.mix(batch.userHashes()[group], spec.clusterSeed()),
        found);
    if (found.count() == 0) {
      return null;
    }
    double[] terms = new double[found.count()];
    double[] factors = new double[found.count()];
    Arrays.fill(factors, 1);
    for (int i = 0; i < extractor.size(); i++) {
      terms[extractor.clusters()[i]] += 1;
    }
    for (int k = 0; k < terms.length; k++) {
      terms[k] =
          switch (spec.mass()) {
            case "count" -> Math.log(terms[k]);
            case "log-sum-exp" -> Math.log(found.massStatistics()[k]);
            case "spread" -> {
              factors[k] = found.massStatistics()[k];
              double variance = (1 - factors[k] * factors[k]) / spec.dimension();
              yield Math.log(terms[k]) + spec.beta() * spec.beta() * variance / 2;
            }
            default -> 0;
          };
    }
    Tensor behaviors = Twin.rows(table, extractor.rows(), 0, extractor.size());
    Tensor interests =
        Twin.interests(behaviors, extractor.clusters(), extractor.weights(), found.count());
    return Twin.attention(
        interests, targets, spec.method() == Method.ENCODE, spec.beta(), factors, terms);
  }
}
