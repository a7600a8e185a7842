package io.encodectr.train.sequence;

import io.encodectr.cluster.SeedStream;
import io.encodectr.interest.InterestExtractor;
import io.encodectr.interest.Interests;
import io.encodectr.item.ItemTable;
import io.encodectr.sequence.Method;
import io.encodectr.sequence.SequenceSpec;
import io.encodectr.train.batch.Batch;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * ENCODE in LibTorch operations: the extractor's clusters and centers' cosines are taken as they
 * are, everything after them is computed anew in double precision.
 */
public final class PlainInterests {
  private PlainInterests() {}

  static @Nullable Tensor attend(
      SequenceSpec spec,
      RandomBatch random,
      Function<String, Tensor> tensors,
      Tensor table,
      Tensor targets,
      int group) {
    return attend(spec, random.table, random.batch, tensors, table, targets, group);
  }

  /**
   * l of a group's targets; null if its history has no direction.
   *
   * @param tensors the method's own, by name
   */
  public static @Nullable Tensor attend(
      SequenceSpec spec,
      ItemTable items,
      Batch batch,
      Function<String, Tensor> tensors,
      Tensor table,
      Tensor targets,
      int group) {
    boolean learned = spec.mass().equals("learned");
    SequenceSpec known = learned ? withoutMass(spec) : spec;
    InterestExtractor extractor = known.newExtractor(name -> Twin.floats(tensors.apply(name)));
    Interests found = new Interests(spec.clusters(), spec.dimension());
    int[] history =
        Arrays.copyOfRange(
            batch.histories(), batch.historyStart()[group], batch.historyStart()[group + 1]);
    long seed = SeedStream.mix(batch.userHashes()[group], spec.clusterSeed());
    extractor.extract(items, history, 0, history.length, seed, found);
    int count = found.count();
    int size = extractor.size();
    if (count == 0) {
      return null;
    }
    double[] terms = new double[count];
    double[] factors = new double[count];
    Arrays.fill(factors, 1);
    for (int i = 0; i < size; i++) {
      terms[extractor.clusters()[i]] += 1;
    }
    for (int k = 0; k < terms.length; k++) {
      terms[k] =
          switch (spec.mass()) {
            case "count", "learned" -> Math.log(terms[k]);
            case "log-sum-exp" -> Math.log(found.massStatistics()[k]);
            case "spread" -> {
              factors[k] = found.massStatistics()[k];
              double variance = (1 - factors[k] * factors[k]) / spec.dimension();
              yield Math.log(terms[k]) + spec.beta() * spec.beta() * variance / 2;
            }
            default -> 0;
          };
    }
    Tensor term = torch.tensor(terms);
    Tensor weights = Twin.tensor(Arrays.copyOf(extractor.weights(), size), size);
    if (learned) {
      Tensor members = Twin.members(extractor.clusters(), size, count);
      Tensor prior = prior(tensors, items, history).exp();
      Tensor weighed = weights.mul(prior);
      weights = weighed.div(members.t().matmul(members.matmul(weighed)));
      Tensor mean = members.matmul(prior).div(term.exp());
      term = term.mul(tensors.apply("mass.exponent").squeeze()).add(mean.log());
    }
    Tensor behaviors = Twin.rows(table, extractor.rows(), 0, size);
    Tensor interests = Twin.interests(behaviors, extractor.clusters(), weights, count);
    return Twin.attention(
        interests, targets, spec.method() == Method.ENCODE, spec.beta(), factors, term);
  }

  private static SequenceSpec withoutMass(SequenceSpec spec) {
    return new SequenceSpec(
        spec.method(),
        spec.dimension(),
        spec.lowDimension(),
        spec.clusters(),
        spec.iterations(),
        spec.beta(),
        spec.relevance(),
        spec.clustering(),
        "none",
        spec.retrieved(),
        spec.clusterSeed());
  }

  /** b of the behaviors with a direction, by item row and then by time. */
  private static Tensor prior(Function<String, Tensor> tensors, ItemTable items, int[] history) {
    int[] order =
        IntStream.range(0, history.length)
            .filter(i -> items.inverseLowNorms()[history[i]] != 0f)
            .boxed()
            .sorted(Comparator.comparing(i -> history[i]))
            .mapToInt(i -> i)
            .toArray();
    Tensor all =
        TwinFormula.bias(tensors.apply("mass.count"), tensors.apply("mass.recency"), history);
    return Twin.rows(all.unsqueeze(1), order, 0, order.length).squeeze(1);
  }
}
