package io.encodectr.train.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.relevance.Relevance;
import io.encodectr.sequence.CategoryRetrieval;
import io.encodectr.sequence.EmbeddingRetrieval;
import io.encodectr.sequence.HammingRetrieval;
import io.encodectr.sequence.HashSequence;
import io.encodectr.sequence.ProjectionRetrieval;
import io.encodectr.sequence.Retrieval;
import io.encodectr.sequence.RetrievalSequence;
import io.encodectr.train.sequence.SequenceGradientTest.Case;
import io.encodectr.train.sequence.SequenceGradientTest.GroupTwin;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Retrieval methods and SDIM against plain LibTorch: scores and hashes in double precision, all
 * behaviors sorted by them, values and gradients by autograd; to 1e-5.
 */
class RetrievalGradientTest {
  private static final float BETA = 20f;

  static Stream<Case> cases() {
    return SequenceGradientTest.cases();
  }

  /** How relevant the behaviors are to a target; NaN excludes one. */
  private interface Reference {
    /**
     * The scores.
     *
     * @param batch the whole batch
     * @param rows item rows of the behaviors
     */
    float[] scores(RandomBatch batch, int[] rows, int target);
  }

  /** Fewer than most histories have, more than some. */
  private static int limit(Case given) {
    return 1 + (int) (given.seed() * 5 % 23);
  }

  private static void compare(
      Case given, Retrieval retrieval, Relevance relevance, Reference reference) {
    RandomBatch random = given.batch();
    float[] ifEmpty = SequenceGradientTest.defaultVector(given);
    RetrievalTraining module =
        new RetrievalTraining(
            new RetrievalSequence(retrieval, relevance, ifEmpty), null, given.d());
    SequenceGradientTest.compare(
        random, module, ifEmpty, new RetrievalTwin(random, limit(given), relevance, reference));
  }

  /** Attends from each target to the best behaviors that sorting all of them finds. */
  private record RetrievalTwin(
      RandomBatch random, int limit, Relevance relevance, Reference reference)
      implements GroupTwin {
    @Override
    public Tensor output(Tensor table, Tensor targets, int g) {
      throw new IllegalStateException("needs the default vector");
    }

    @Override
    public Tensor output(Tensor table, Tensor targets, int g, Tensor ifEmpty) {
      int from = random.batch.historyStart()[g];
      int to = random.batch.historyStart()[g + 1];
      int[] rows = Arrays.copyOfRange(random.batch.histories(), from, to);
      TensorVector outputs = new TensorVector();
      for (int t = 0; t < targets.size(0); t++) {
        int target = random.batch.targets()[random.batch.sampleStart()[g] + t];
        int[] best = best(reference.scores(random, rows, target), limit);
        int[] chosen = Arrays.stream(best).map(i -> rows[i]).toArray();
        outputs.push_back(
            chosen.length == 0
                ? ifEmpty
                : Twin.attention(
                    Twin.rows(table, chosen, 0, chosen.length),
                    targets.narrow(0, t, 1),
                    relevance.isCosine(),
                    BETA));
      }
      return torch.cat(outputs, 0);
    }
  }

  /** Indices of the largest scores, of equal ones the later; scores equal to 1e-6 are equal. */
  private static int[] best(float[] scores, int limit) {
    return IntStream.range(0, scores.length)
        .filter(i -> !Float.isNaN(scores[i]))
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(i -> -Math.rint(scores[i] * 1e6))
                .thenComparing(Comparator.reverseOrder()))
        .limit(limit)
        .mapToInt(i -> i)
        .toArray();
  }

  private static Tensor embeddings(RandomBatch random, int... rows) {
    float[] table = Arrays.copyOf(random.table.embeddings(), random.items * random.d);
    return Twin.rows(Twin.tensor(table, random.items, random.d), rows, 0, rows.length);
  }

  private static Tensor signs(RandomBatch random, int... rows) {
    Tensor planes = Twin.tensor(random.planes, random.d, RandomBatch.CODE_BITS);
    return embeddings(random, rows).matmul(planes).gt(new Scalar(0.0)).to(torch.ScalarType.Double);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void etaByDifferingSigns(Case given) {
    compare(
        given,
        new HammingRetrieval(limit(given)),
        Relevance.cosine(BETA),
        (random, rows, target) ->
            Twin.floats(
                signs(random, rows)
                    .sub(signs(random, target))
                    .abs()
                    .sum(new long[] {1}, false, new ScalarTypeOptional())
                    .neg()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void etaEncodeByCosineOfProjections(Case given) {
    compare(
        given,
        new ProjectionRetrieval(Relevance.cosine(BETA), limit(given)),
        Relevance.cosine(BETA),
        (random, rows, target) -> {
          Tensor projection = Twin.tensor(random.projection, random.d, random.m);
          return Twin.floats(
              Twin.unit(embeddings(random, rows).matmul(projection))
                  .matmul(Twin.unit(embeddings(random, target).matmul(projection)).t())
                  .view(-1));
        });
  }

  @ParameterizedTest
  @MethodSource("cases")
  void etaTaByScaledDotProduct(Case given) {
    compare(
        given,
        new EmbeddingRetrieval(Relevance.dot(given.d()), limit(given)),
        Relevance.dot(given.d()),
        (random, rows, target) ->
            Twin.floats(embeddings(random, rows).matmul(embeddings(random, target).t()).view(-1)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void simByCategory(Case given) {
    compare(
        given,
        new CategoryRetrieval(limit(given)),
        Relevance.dot(given.d()),
        (random, rows, target) -> {
          float[] scores = new float[rows.length];
          for (int i = 0; i < rows.length; i++) {
            scores[i] = matches(random, rows[i], target) ? 0f : Float.NaN;
          }
          return scores;
        });
  }

  private static boolean matches(RandomBatch random, int row, int target) {
    int[] start = random.table.categories().start();
    int[] codes = random.table.categories().codes();
    int[] wanted = Arrays.copyOfRange(codes, start[target], start[target + 1]);
    return wanted.length == 0
        ? row == target
        : Arrays.stream(codes, start[row], start[row + 1])
            .anyMatch(c -> Arrays.stream(wanted).anyMatch(w -> w == c));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void sdimByCollisions(Case given) {
    RandomBatch random = given.batch();
    float[] ifEmpty = SequenceGradientTest.defaultVector(given);
    SequenceGradientTest.compare(
        random,
        new HashTraining(new HashSequence(ifEmpty), given.d()),
        ifEmpty,
        (table, targets, g) -> {
          int from = random.batch.historyStart()[g];
          int n = random.batch.historyLength(g);
          int count = (int) targets.size(0);
          int[] rows = Arrays.copyOfRange(random.batch.histories(), from, from + n);
          int first = random.batch.sampleStart()[g];
          int[] own = Arrays.copyOfRange(random.batch.targets(), first, first + count);
          float[] behaviors = Twin.floats(signs(random, rows));
          float[] wanted = Twin.floats(signs(random, own));
          float[] collisions = new float[16 * count * n];
          for (int group = 0; group < 16; group++) {
            for (int t = 0; t < count; t++) {
              for (int i = 0; i < n; i++) {
                boolean equal = true;
                for (int b = 3 * group; b < 3 * group + 3; b++) {
                  equal &= behaviors[i * 64 + b] == wanted[t * 64 + b];
                }
                collisions[(group * count + t) * n + i] = equal ? 1f : 0f;
              }
            }
          }
          return Twin.hashed(Twin.rows(table, rows, 0, n), collisions, count);
        });
  }

  @ParameterizedTest
  @MethodSource("cases")
  void etaEncodeLearnsTheProjectionAsEncodeDoes(Case given) {
    RandomBatch random = given.batch();
    MetricLearning own = new MetricLearning("triplet-dynamic", "sequence", given.d(), given.m());
    own.seed(given.seed());
    random.forward(
        new RetrievalTraining(
            new RetrievalSequence(
                new ProjectionRetrieval(Relevance.cosine(BETA), limit(given)),
                Relevance.cosine(BETA),
                SequenceGradientTest.defaultVector(given)),
            own,
            given.d()));
    MetricLearning expected =
        new MetricLearning("triplet-dynamic", "sequence", given.d(), given.m());
    expected.seed(given.seed());
    for (int g = 0; g < random.batch.groups(); g++) {
      int[] directed =
          Arrays.stream(
                  random.batch.histories(),
                  random.batch.historyStart()[g],
                  random.batch.historyStart()[g + 1])
              .filter(row -> random.table.inverseLowNorms()[row] != 0f)
              .sorted()
              .toArray();
      expected.add(random.table, random.batch, g, directed, 0, directed.length);
    }
    assertThat(own.anchors()).isEqualTo(expected.anchors());
    assertThat(own.loss()).isEqualTo(expected.loss());
    assertThat(own.projectionGradient()).isEqualTo(expected.projectionGradient());
  }
}
