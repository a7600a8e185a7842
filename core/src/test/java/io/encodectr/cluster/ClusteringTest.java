package io.encodectr.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.encodectr.file.InputException;
import io.encodectr.relevance.Relevance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What all clusterings have in common, and each against a plain reference. */
class ClusteringTest {
  private static final long SEED = Long.getLong("encode.test.seed", 20261123L);
  private static final float BETA = 20f;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Relevance cosine = Relevance.cosine(BETA);

  /** Distinct unit vectors, each with a number of behaviors. */
  private record Points(int m, float[][] vectors, int[] counts) {
    int size() {
      return Arrays.stream(counts).sum();
    }

    void fill(Clustering clustering) {
      clustering.begin(size());
      int next = 0;
      for (int i = 0; i < counts.length; i++) {
        for (int n = 0; n < counts[i]; n++) {
          clustering.point(next++, 3 * i + 1, vectors[i], 0);
        }
      }
    }

    /** The distinct vector of each behavior. */
    int[] of() {
      int[] of = new int[size()];
      int next = 0;
      for (int i = 0; i < counts.length; i++) {
        Arrays.fill(of, next, next += counts[i], i);
      }
      return of;
    }
  }

  private Points points(int distinct, int m, int mostCount) {
    float[][] vectors = new float[distinct][m];
    int[] counts = new int[distinct];
    for (int i = 0; i < distinct; i++) {
      double squared = 0;
      for (int c = 0; c < m; c++) {
        vectors[i][c] = (float) random.nextGaussian();
        squared += (double) vectors[i][c] * vectors[i][c];
      }
      for (int c = 0; c < m; c++) {
        vectors[i][c] /= (float) Math.sqrt(squared);
      }
      counts[i] = 1 + random.nextInt(mostCount);
    }
    return new Points(m, vectors, counts);
  }

  private static double dot(float[] a, double[] b) {
    double sum = 0;
    for (int c = 0; c < a.length; c++) {
      sum += a[c] * b[c];
    }
    return sum;
  }

  @ParameterizedTest
  @CsvSource({
    "kmeans, 1, 1, 1",
    "kmeans, 200, 4, 30",
    "kmeans, 90, 16, 100",
    "kmeans, 300, 2, 7",
    "random, 1, 1, 1",
    "random, 200, 4, 30",
    "random, 90, 16, 100",
    "random, 300, 2, 7",
    "routing, 1, 1, 1",
    "routing, 200, 4, 30",
    "routing, 90, 16, 100",
    "routing, 300, 2, 7",
    "agglomerative, 1, 1, 1",
    "agglomerative, 200, 4, 30",
    "agglomerative, 90, 16, 100",
    "agglomerative, 300, 2, 7",
    "routing, 40, 6, 3",
    "agglomerative, 40, 1, 3"
  })
  void clustersAreNumberedWithoutGapsAndTheSameEveryTime(
      String name, int distinct, int m, int clusters) {
    Points points = points(distinct, m, 3);
    Clustering clustering = Clustering.named(name, cosine, clusters, 15, m);
    Clustering other = Clustering.named(name, cosine, clusters, 15, m);
    points(17, m, 4).fill(other);
    other.cluster(5);
    for (int round = 0; round < 3; round++) {
      points.fill(clustering);
      int found = clustering.cluster(SEED);
      points.fill(other);
      assertThat(other.cluster(SEED)).isEqualTo(found);
      int n = points.size();
      assertThat(found).isBetween(1, Math.min(clusters, distinct));
      boolean[] seen = new boolean[found];
      int[] of = points.of();
      for (int i = 0; i < n; i++) {
        seen[clustering.members()[i]] = true;
        assertThat(clustering.cosines()[i]).isBetween(-1.00001f, 1.00001f);
        if (i > 0 && of[i] == of[i - 1]) {
          assertThat(clustering.members()[i]).isEqualTo(clustering.members()[i - 1]);
          assertThat(clustering.cosines()[i]).isEqualTo(clustering.cosines()[i - 1]);
        }
      }
      assertThat(seen).doesNotContain(false);
      assertThat(Arrays.copyOf(other.members(), n))
          .as("seed %d", SEED)
          .isEqualTo(Arrays.copyOf(clustering.members(), n));
      assertThat(Arrays.copyOf(other.cosines(), n))
          .isEqualTo(Arrays.copyOf(clustering.cosines(), n));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"kmeans", "random", "routing", "agglomerative"})
  void nothingToClusterIsNoCluster(String name) {
    Clustering clustering = Clustering.named(name, cosine, 4, 15, 3);
    clustering.begin(0);
    assertThat(clustering.cluster(1)).isZero();
  }

  @Test
  void anUnknownNameIsRefused() {
    assertThatThrownBy(() -> Clustering.named("spectral", cosine, 4, 15, 3))
        .isInstanceOf(InputException.class);
  }

  @Test
  void aRandomClusterDependsOnSeedAndItemAlone() {
    Points points = points(500, 4, 2);
    Clustering all = Clustering.named("random", cosine, 7, 1, 4);
    points.fill(all);
    all.cluster(42);
    int[] histogram = new int[7];
    for (int i = 0; i < points.size(); i++) {
      int item = 3 * points.of()[i] + 1;
      long hash = SeedStream.mix(42, item) >>> 32;
      // All seven clusters have members here, so none is renumbered.
      assertThat(all.members()[i]).isEqualTo((int) (hash * 7 / (1L << 32)));
      histogram[all.members()[i]]++;
    }
    assertThat(Arrays.stream(histogram).min().orElseThrow()).isGreaterThan(points.size() / 14);
  }

  @ParameterizedTest
  @ValueSource(strings = {"random", "agglomerative"})
  void centersAreMeanDirections(String name) {
    Points points = points(150, 5, 4);
    Clustering clustering = Clustering.named(name, cosine, 11, 1, 5);
    points.fill(clustering);
    int found = clustering.cluster(9);
    int[] of = points.of();
    double[][] sums = new double[found][5];
    for (int i = 0; i < of.length; i++) {
      for (int c = 0; c < 5; c++) {
        sums[clustering.members()[i]][c] += points.vectors()[of[i]][c];
      }
    }
    for (int i = 0; i < of.length; i++) {
      double[] sum = sums[clustering.members()[i]];
      double norm = Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum());
      assertThat((double) clustering.cosines()[i])
          .isCloseTo(dot(points.vectors()[of[i]], sum) / norm, within(1e-5));
    }
  }

  /** Merges the two nearest clusters again and again, distances averaged over all pairs. */
  private static int[] mergedByHand(Points points, int clusters) {
    int n = points.counts().length;
    double[][] cos = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        for (int c = 0; c < points.m(); c++) {
          cos[i][j] += (double) points.vectors()[i][c] * points.vectors()[j][c];
        }
      }
    }
    List<List<Integer>> groups = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      groups.add(new ArrayList<>(List.of(i)));
    }
    while (groups.size() > clusters) {
      double best = Double.POSITIVE_INFINITY;
      int a = 0;
      int b = 0;
      for (int x = 0; x < groups.size(); x++) {
        for (int y = x + 1; y < groups.size(); y++) {
          double sum = 0;
          double pairs = 0;
          for (int i : groups.get(x)) {
            for (int j : groups.get(y)) {
              double weight = (double) points.counts()[i] * points.counts()[j];
              sum += weight * (1 - cos[i][j]);
              pairs += weight;
            }
          }
          if (sum / pairs < best) {
            best = sum / pairs;
            a = x;
            b = y;
          }
        }
      }
      groups.get(a).addAll(groups.remove(b));
    }
    int[] of = new int[n];
    for (int g = 0; g < groups.size(); g++) {
      for (int i : groups.get(g)) {
        of[i] = g;
      }
    }
    return of;
  }

  /** Numbers clusters by their first member. */
  private static int[] canonical(int[] clusters) {
    Map<Integer, Integer> numbers = new TreeMap<>();
    int[] canonical = new int[clusters.length];
    for (int i = 0; i < clusters.length; i++) {
      numbers.putIfAbsent(clusters[i], numbers.size());
      canonical[i] = numbers.get(clusters[i]);
    }
    return canonical;
  }

  @ParameterizedTest
  @CsvSource({
    "2, 3, 1, 1",
    "9, 4, 3, 1",
    "40, 4, 5, 3",
    "75, 4, 30, 1",
    "75, 2, 6, 4",
    "60, 16, 10, 2",
    "64, 8, 1, 5",
    "90, 3, 89, 2",
    "33, 4, 33, 2"
  })
  void chainsMergeWhatMergingTheNearestMerges(int distinct, int m, int clusters, int most) {
    for (int round = 0; round < 5; round++) {
      Points points = points(distinct, m, most);
      Clustering clustering = Clustering.named("agglomerative", cosine, clusters, 1, m);
      points.fill(clustering);
      assertThat(clustering.cluster(0)).isEqualTo(Math.min(clusters, distinct));
      int[] byHand = mergedByHand(points, clusters);
      int[] of = points.of();
      int[] expected = Arrays.stream(of).map(i -> byHand[i]).toArray();
      assertThat(canonical(Arrays.copyOf(clustering.members(), of.length)))
          .as("seed %d, round %d", SEED, round)
          .isEqualTo(canonical(expected));
    }
  }

  /** Chains must end although every distance is a tie. */
  @Test
  void equalAndOppositePointsEndUpSomewhere() {
    Points points = points(200, 4, 2);
    for (int i = 0; i < 200; i++) {
      points.vectors()[i] = new float[] {i % 3 == 0 ? -1f : 1f, 0f, 0f, 0f};
    }
    Clustering clustering = Clustering.named("agglomerative", cosine, 2, 1, 4);
    points.fill(clustering);
    assertThat(clustering.cluster(0)).isEqualTo(2);
    int[] of = points.of();
    for (int i = 0; i < of.length; i++) {
      assertThat(clustering.members()[i]).isEqualTo(of[i] % 3 == 0 ? 0 : 1);
    }
  }

  /** The routing as its Javadoc has it, in double precision, from the same random start. */
  @ParameterizedTest
  @CsvSource({"1, 30, 4, 6", "2, 60, 4, 30", "3, 25, 8, 3", "15, 40, 2, 4", "15, 50, 4, 30"})
  void routingIsMindsWithScaledCosine(int iterations, int distinct, int m, int clusters) {
    Points points = points(distinct, m, 3);
    Clustering clustering = Clustering.named("routing", cosine, clusters, iterations, m);
    points.fill(clustering);
    clustering.cluster(7);
    double[][] logits = new double[distinct][clusters];
    SeedStream stream = new SeedStream(7);
    for (double[] row : logits) {
      for (int k = 0; k < clusters; k++) {
        long bits = stream.next();
        double sum = -2;
        for (int part = 0; part < 4; part++) {
          sum += (((bits >>> (16 * part)) & 0xffff) + 0.5) / 65536;
        }
        row[k] = sum * Math.sqrt(3);
      }
    }
    double[][] capsules = {};
    for (int t = 0; t < iterations; t++) {
      capsules = new double[clusters][m];
      for (int i = 0; i < distinct; i++) {
        double largest = Arrays.stream(logits[i]).max().orElseThrow();
        double total = Arrays.stream(logits[i]).map(b -> Math.exp(b - largest)).sum();
        for (int k = 0; k < clusters; k++) {
          for (int c = 0; c < m; c++) {
            capsules[k][c] +=
                points.counts()[i]
                    * Math.exp(logits[i][k] - largest)
                    / total
                    * points.vectors()[i][c];
          }
        }
      }
      for (int i = 0; i < distinct; i++) {
        for (int k = 0; k < clusters; k++) {
          double norm = Math.sqrt(Arrays.stream(capsules[k]).map(x -> x * x).sum());
          logits[i][k] += BETA * dot(points.vectors()[i], capsules[k]) / norm;
        }
      }
    }
    int[] of = points.of();
    int[] expected = new int[of.length];
    int clear = 0;
    for (int b = 0; b < of.length; b++) {
      double[] row = logits[of[b]];
      int best = 0;
      for (int k = 1; k < clusters; k++) {
        best = row[k] > row[best] ? k : best;
      }
      expected[b] = best;
      double[] sorted = row.clone();
      Arrays.sort(sorted);
      clear += clusters > 1 && sorted[clusters - 1] - sorted[clusters - 2] > 1e-3 ? 1 : 0;
      double norm = Math.sqrt(Arrays.stream(capsules[best]).map(x -> x * x).sum());
      assertThat((double) clustering.cosines()[b])
          .isCloseTo(dot(points.vectors()[of[b]], capsules[best]) / norm, within(1e-3));
    }
    assertThat(clear).isGreaterThan(of.length / 2);
    assertThat(canonical(Arrays.copyOf(clustering.members(), of.length)))
        .as("seed %d", SEED)
        .isEqualTo(canonical(expected));
  }
}
