package io.encodectr.train.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.cluster.SeedStream;
import io.encodectr.item.ItemCategories;
import io.encodectr.relevance.Relevance;
import io.encodectr.sequence.FieldSelector;
import io.encodectr.sequence.Method;
import io.encodectr.sequence.MethodTensor;
import io.encodectr.sequence.QueryRetrieval;
import io.encodectr.sequence.RetrievalSequence;
import io.encodectr.sequence.SequenceSpec;
import io.encodectr.train.optimizer.Adam;
import io.encodectr.train.optimizer.Parameter;
import io.encodectr.train.torch.PublishedTensors;
import io.encodectr.train.torch.SelectorPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** UBR4CTR in training: draws, rewards, turns, and that REINFORCE finds the field that pays. */
class QueryTrainingTest {
  private static final int D = 32;
  private static final int ITEMS = 60;
  private static final Relevance RELEVANCE = Relevance.cosine(20f);

  private final SequenceSpec spec =
      new SequenceSpec(
          Method.UBR4CTR, D, 0, 0, 0, 20f, RELEVANCE, "kmeans", "none", 6, 1, List.of(24, 8));
  private final List<Parameter> parameters = new ArrayList<>();
  private final RandomBatch random;
  private final float[] ifEmpty = RandomBatch.normal(new Random(4), D, 0.3f);

  QueryTrainingTest() {
    for (MethodTensor tensor : FieldSelector.tensors(spec)) {
      Parameter parameter = new Parameter(tensor.name(), tensor.rows(), tensor.columns());
      parameter.fillNormal(tensor.deviation(), parameters.size());
      parameters.add(parameter);
    }
    random = new RandomBatch(ITEMS, D, 4, new int[] {0, 1, 9, 40, 0, 25}, 30, 6);
    int[] start = new int[ITEMS + 1];
    int[] codes = new int[ITEMS];
    for (int i = 0; i < ITEMS; i++) {
      start[i + 1] = i + 1;
      codes[i] = i % 7;
    }
    random.table.columns(List.of(new ItemCategories(start, codes, 7)));
  }

  private float[] values(String name) {
    return parameters.stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow()
        .values();
  }

  private FieldSelector selector() {
    return new FieldSelector(spec, this::values);
  }

  private QueryTraining module(PublishedTensors published) {
    return module(published, 0);
  }

  private QueryTraining module(PublishedTensors published, long alone) {
    return new QueryTraining(
        selector(), new SelectorPolicy(published, spec.fields()), RELEVANCE, 6, alone, ifEmpty);
  }

  private float[] learn(QueryTraining module, long step, long seed) {
    float[] out = new float[random.batch.size() * D];
    module.begin();
    module.learning(step, seed);
    for (int g = 0; g < random.batch.groups(); g++) {
      module.forward(random.table, random.batch, g, out, random.batch.sampleStart()[g] * D, D);
    }
    return out;
  }

  @Test
  void withoutLearningTheLikelyFieldsAreSearchedBy() {
    values("selector.output.bias")[0] = -1f;
    try (PublishedTensors published = new PublishedTensors(parameters)) {
      QueryTraining module = module(published);
      RetrievalTraining plain = byLikelyFields();
      learn(module, 2, 9);
      assertThat(random.forward(module)).isEqualTo(random.forward(plain));
      module.outcome(random.table, random.batch, 0, new float[random.batch.size()]);
      assertThat(module.gradient("selector.fields")).isNull();
      module.close();
    }
  }

  private RetrievalTraining byLikelyFields() {
    QueryRetrieval likely = new QueryRetrieval(selector(), QueryRetrieval.LIKELY, 6);
    return new RetrievalTraining(new RetrievalSequence(likely, RELEVANCE, ifEmpty), null, D);
  }

  /** Where the recommender learns alone it must see what it will see in scoring. */
  @Test
  void onlyTheSelectorsStepsDraw() {
    values("selector.output.bias")[0] = -1f;
    try (PublishedTensors published = new PublishedTensors(parameters)) {
      QueryTraining module = module(published, 3);
      RetrievalTraining plain = byLikelyFields();
      float[] expected = random.forward(plain);
      float[] gradient = random.backward(plain).embeddings();
      for (int step = 1; step < 9; step++) {
        float[] out = learn(module, step, step);
        if (step > 3 && step % 2 == 0) {
          assertThat(out).as("step %d", step).isNotEqualTo(expected);
        } else {
          assertThat(out).as("step %d", step).isEqualTo(expected);
          assertThat(random.backward(module).embeddings()).isEqualTo(gradient);
        }
      }
      module.close();
    }
  }

  /** The recommender's part is retrieval's own, with fields drawn by the step's seed. */
  @Test
  void drawsAreThoseOfTheSeedAndPassTheGradientOn() {
    long seed = 77;
    try (PublishedTensors published = new PublishedTensors(parameters)) {
      QueryTraining module = module(published);
      float[] out = learn(module, 2, seed);
      ItemGradient gradient = random.backward(module);
      int[] next = {0};
      QueryRetrieval drawn =
          new QueryRetrieval(
              selector(),
              (items, target, logits) -> {
                while (historyOf(next[0]) == 0) {
                  next[0]++;
                }
                SeedStream stream = new SeedStream(SeedStream.mix(seed, next[0]++));
                long fields = 0;
                for (int f = 0; f < 2; f++) {
                  double p = 1 / (1 + StrictMath.exp(-(double) logits[f]));
                  fields |= stream.unit() < p ? 1L << f : 0;
                }
                return fields;
              },
              6);
      RetrievalTraining plain =
          new RetrievalTraining(new RetrievalSequence(drawn, RELEVANCE, ifEmpty), null, D);
      assertThat(out).isEqualTo(random.forward(plain));
      assertThat(gradient.embeddings()).isEqualTo(random.backward(plain).embeddings());
      assertThat(module.defaultGradient()).isEqualTo(plain.defaultGradient());
      assertThat(learn(module, 2, seed + 1)).isNotEqualTo(out);
      assertThat(learn(module, 2, seed)).isEqualTo(out);
      module.close();
    }
  }

  private int historyOf(int sample) {
    int g = 0;
    while (random.batch.sampleStart()[g + 1] <= sample) {
      g++;
    }
    return random.batch.historyLength(g);
  }

  @Test
  void theSelectorsTurnIsEveryEvenStepOnceTheRecommenderWasAlone() {
    float[] logits = new float[random.batch.size()];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = i % 5 - 2f;
    }
    try (PublishedTensors published = new PublishedTensors(parameters)) {
      QueryTraining module = module(published, 3);
      for (int step = 1; step < 9; step++) {
        learn(module, step, step);
        module.outcome(random.table, random.batch, 0, logits);
        float[] gradient = module.gradient("selector.output");
        if (step > 3 && step % 2 == 0) {
          assertThat(gradient).isNotNull().isNotEqualTo(new float[16]);
        } else {
          assertThat(gradient).isNull();
        }
      }
      module.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 1, 0", "0, 0, 0", "2, 1, 0.8168875", "2, 0, -1", "-50, 0, 1", "-0.5, 1, -0.4052"})
  void rewardIsTheInformationGainedOverACoinToss(float logit, float label, double reward) {
    assertThat(QueryTraining.reward(logit, label)).isCloseTo(reward, Offset.offset(1e-4));
  }

  /**
   * An environment in which a prediction is right exactly if the history was searched by the field
   * that pays and not by the other: its probability must rise and the other's fall.
   */
  @ParameterizedTest
  @CsvSource({"0", "1"})
  void theFieldThatPaysBecomesProbable(int paying) {
    Arrays.fill(random.batch.labels(), 1f);
    Adam adam = new Adam(0.01, 0);
    float[] before = meanProbabilities();
    try (PublishedTensors published = new PublishedTensors(parameters)) {
      QueryTraining module = module(published);
      for (int step = 1; step <= 200; step++) {
        long seed = step;
        learn(module, 2L * step, seed);
        float[] logits = new float[random.batch.size()];
        for (int i = 0; i < logits.length; i++) {
          SeedStream stream = new SeedStream(SeedStream.mix(seed, i));
          float[] own = selector().logits(random.table, random.batch.targets()[i]);
          int right = 0;
          for (int f = 0; f < 2; f++) {
            boolean drawn = stream.unit() < 1 / (1 + StrictMath.exp(-(double) own[f]));
            right += drawn == (f == paying) ? 1 : 0;
          }
          logits[i] = right == 2 ? 2f : -0.5f;
        }
        module.outcome(random.table, random.batch, 0, logits);
        adam.begin(step);
        for (Parameter parameter : parameters) {
          float[] gradient = module.gradient(parameter.name());
          for (int row = 0; row < parameter.rows(); row++) {
            adam.update(parameter, row, gradient, row * parameter.width());
          }
        }
        published.publish();
      }
      module.close();
    }
    float[] after = meanProbabilities();
    assertThat(after[paying]).isGreaterThan(before[paying]).isGreaterThan(0.9f);
    assertThat(after[1 - paying]).isLessThan(before[1 - paying]).isLessThan(0.1f);
  }

  private float[] meanProbabilities() {
    FieldSelector selector = selector();
    float[] mean = new float[2];
    for (int i = 0; i < ITEMS; i++) {
      float[] logits = selector.logits(random.table, i);
      for (int f = 0; f < 2; f++) {
        mean[f] += (float) (1 / (1 + Math.exp(-logits[f])) / ITEMS);
      }
    }
    return mean;
  }
}
