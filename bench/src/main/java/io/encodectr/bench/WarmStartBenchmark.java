package io.encodectr.bench;

import io.encodectr.cluster.SeedStream;
import io.encodectr.dataset.Dataset;
import io.encodectr.interest.EarlierCenters;
import io.encodectr.interest.InterestExtractor;
import io.encodectr.interest.Interests;
import io.encodectr.item.ItemTable;
import io.encodectr.model.Model;
import io.encodectr.model.ModelSpec;
import io.encodectr.scoring.ModelItems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What a warm start gains and costs on one thread, for users of a dataset with more than 2·K
 * behaviors, when their last 1, 5 or 20 are new: time, the objective of KMeans (the mean cosine of
 * behaviors with their center) and how much the output of target attention turns, each beside an
 * extraction from scratch with the user's seed and, as a scale, with another seed. The arguments
 * are a dataset, a model with clusters and how many users to take.
 */
public final class WarmStartBenchmark {
  private static final int TARGETS = 20;

  private final ModelSpec spec;
  private final ItemTable items;
  private final InterestExtractor extractor;
  private final EarlierCenters centers;
  private final Interests before;
  private final Interests cold;
  private final Interests other;
  private final Interests warm;
  private final SplittableRandom random = new SplittableRandom(3);

  private WarmStartBenchmark(Model model) {
    spec = model.spec();
    items = ModelItems.of(model).table();
    extractor = spec.sequence().newExtractor(model::weights);
    centers =
        new EarlierCenters(
            model.weights("projection"), spec.dimension(), spec.lowDimension(), spec.clusters());
    before = new Interests(spec.clusters(), spec.dimension());
    cold = new Interests(spec.clusters(), spec.dimension());
    other = new Interests(spec.clusters(), spec.dimension());
    warm = new Interests(spec.clusters(), spec.dimension());
  }

  /** Measures and prints a line each. */
  public static void main(String[] args) throws IOException {
    Model model = Model.load(Path.of(args[1]));
    try (Dataset dataset = Dataset.open(Path.of(args[0]))) {
      for (int round = 0; round < 2; round++) {
        for (int added : new int[] {1, 5, 20}) {
          new WarmStartBenchmark(model).measure(dataset, Integer.parseInt(args[2]), added);
        }
      }
    }
  }

  private void measure(Dataset dataset, int users, int added) {
    double[] nanoseconds = new double[2];
    double[] objectives = new double[3];
    double[] warmTurns = new double[users * TARGETS];
    double[] otherTurns = new double[users * TARGETS];
    int taken = 0;
    for (int user = 0; user < dataset.users() && taken < users; user++) {
      int length = dataset.behaviors().length(user);
      if (length < 2 * spec.clusters() + added) {
        continue;
      }
      int count = spec.longLength() == 0 ? length : Math.min(length, spec.longLength());
      int[] rows = new int[count];
      dataset.behaviors().items(user, length - count, count, rows, 0);
      long seed = SeedStream.mix(dataset.userIds().hash(user), spec.clusterSeed());
      extractor.extract(items, rows, 0, count - added, seed, before);
      extractor.extract(items, rows, 0, count, ~seed, other);
      objectives[2] += objective();
      long start = System.nanoTime();
      extractor.extract(items, rows, 0, count, seed, cold);
      long middle = System.nanoTime();
      objectives[0] += objective();
      long again = System.nanoTime();
      EarlierCenters from = centers.of(before.vectors(), before.count());
      extractor.extract(items, rows, 0, count, seed, from, warm);
      nanoseconds[1] += System.nanoTime() - again;
      nanoseconds[0] += middle - start;
      objectives[1] += objective();
      for (int t = 0; t < TARGETS; t++) {
        int target = random.nextInt(dataset.items());
        warmTurns[taken * TARGETS + t] = cosine(attend(cold, target), attend(warm, target));
        otherTurns[taken * TARGETS + t] = cosine(attend(cold, target), attend(other, target));
      }
      taken++;
    }
    System.out.printf(
        "%d users, %d new: scratch %.1f us, warm %.1f us (%.2f x); objective %.5f, warm %.5f, other"
            + " seed %.5f; cosine of outputs warm %s, other seed %s%n",
        taken,
        added,
        nanoseconds[0] / taken / 1e3,
        nanoseconds[1] / taken / 1e3,
        nanoseconds[0] / nanoseconds[1],
        objectives[0] / taken,
        objectives[1] / taken,
        objectives[2] / taken,
        summary(Arrays.copyOf(warmTurns, taken * TARGETS)),
        summary(Arrays.copyOf(otherTurns, taken * TARGETS)));
  }

  private static String summary(double[] values) {
    Arrays.sort(values);
    return "mean %.5f p10 %.5f p1 %.5f"
        .formatted(
            Arrays.stream(values).average().orElse(Double.NaN),
            values[values.length / 10],
            values[values.length / 100]);
  }

  /** The lengths of the clusters' sums of directions add up to the sum of cosines. */
  private double objective() {
    int m = spec.lowDimension();
    double[] sums = new double[spec.clusters() * m];
    for (int i = 0; i < extractor.size(); i++) {
      for (int c = 0; c < m; c++) {
        sums[extractor.clusters()[i] * m + c] += items.low()[extractor.rows()[i] * m + c];
      }
    }
    double total = 0;
    for (int k = 0; k < spec.clusters(); k++) {
      double squared = 0;
      for (int c = 0; c < m; c++) {
        squared += sums[k * m + c] * sums[k * m + c];
      }
      total += Math.sqrt(squared);
    }
    return total / extractor.size();
  }

  /** Σ_k softmax_k(β·cos(u_k, x))·u_k in doubles. */
  private double[] attend(Interests interests, int target) {
    int d = spec.dimension();
    double[] output = new double[d];
    for (int k = 0; k < interests.count(); k++) {
      double dot = 0;
      for (int c = 0; c < d; c++) {
        dot += interests.vectors()[k * d + c] * items.embeddings()[target * d + c];
      }
      double cosine = dot * interests.inverseNorms()[k] * items.inverseNorms()[target];
      double weight = Math.exp(spec.beta() * cosine);
      for (int c = 0; c < d; c++) {
        output[c] += weight * interests.vectors()[k * d + c];
      }
    }
    return output;
  }

  private static double cosine(double[] a, double[] b) {
    double dot = 0;
    double squaredA = 0;
    double squaredB = 0;
    for (int c = 0; c < a.length; c++) {
      dot += a[c] * b[c];
      squaredA += a[c] * a[c];
      squaredB += b[c] * b[c];
    }
    return dot / Math.sqrt(squaredA * squaredB);
  }
}
