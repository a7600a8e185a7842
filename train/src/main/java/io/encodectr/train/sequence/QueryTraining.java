package io.encodectr.train.sequence;

import io.encodectr.cluster.SeedStream;
import io.encodectr.item.ItemTable;
import io.encodectr.relevance.Relevance;
import io.encodectr.sequence.FieldSelector;
import io.encodectr.sequence.QueryRetrieval;
import io.encodectr.sequence.RetrievalSequence;
import io.encodectr.train.batch.Batch;
import io.encodectr.train.torch.SelectorPolicy;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * UBR4CTR in training. At the selector's steps field f of a target is searched by with probability
 * p_f ({@link FieldSelector}), drawn anew for every sample and step; at all other steps, and
 * without {@link #learning}, p_f > ½ decides as it does in scoring. What is retrieved is attended
 * to by {@link RetrievalTraining}.
 *
 * <p>The selector learns by REINFORCE: the reward of a draw is the relative information gain of the
 * prediction that came of it, R = max(−1, 1 − CE/ln 2), with the cross-entropy CE of that sample,
 * and the advantage is R minus the mean reward of the shard's draws. The gain is over a coin toss,
 * ln 2, not over the entropy of the click rate H: the reference only scales the advantage, but for
 * the floor, which begins at CE = 2 ln 2, a click predicted below ¼. 2H is less, so that clicks
 * predicted still better would all be worth the same. Samples without a history have drawn nothing.
 *
 * <p>Schedule: the recommender (all but the selector) learns at every step, as with every other
 * method, and alone for the first half epoch: to a recommender that cannot use behaviors yet, they
 * are noise, and the selector would learn to retrieve none. From then on the selector's turn is
 * every even step; its reward comes from the recommender as it stood before that step. Each is a
 * constant to the other. The recommender draws no fields where it learns alone: a search that
 * happens to draw none would teach it that the default vector means so, where in scoring it means
 * that nothing matches. The original lets them take turns epoch by epoch, which one epoch leaves no
 * room for.
 */
public final class QueryTraining implements TrainableSequence {
  private static final double COIN_TOSS = StrictMath.log(2);

  private final RetrievalTraining retrieval;
  private final SelectorPolicy policy;
  private final int dimension;
  private final int fields;
  private final long alone;
  private boolean turn;
  private boolean learned;
  private long seed;
  private int nextSample;

  /** Of each draw: its sample's place in the batch, its target's row, its fields. */
  private int[] samples = {};

  private int[] rows = {};
  private long[] choices = {};
  private int draws;

  private float[] targets = {};
  private float[] chosen = {};
  private float[] advantages = {};

  /**
   * A method's training.
   *
   * @param selector for the draws; this instance's own
   * @param policy over the same weights, to learn by; closed with this
   * @param k behaviors to retrieve
   * @param alone steps that the recommender learns alone, at the beginning
   * @param defaultVector stands for nothing retrieved; read at every step, never written
   */
  public QueryTraining(
      FieldSelector selector,
      SelectorPolicy policy,
      Relevance relevance,
      int k,
      long alone,
      float[] defaultVector) {
    this.policy = policy;
    this.alone = alone;
    dimension = defaultVector.length;
    fields = selector.fields();
    QueryRetrieval query = new QueryRetrieval(selector, this::choose, k);
    retrieval =
        new RetrievalTraining(
            new RetrievalSequence(query, relevance, defaultVector), null, dimension);
  }

  @Override
  public void begin() {
    retrieval.begin();
    turn = false;
    learned = false;
    draws = 0;
  }

  @Override
  public void learning(long step, long stepSeed) {
    turn = step > alone && step % 2 == 0;
    seed = stepSeed;
  }

  @Override
  public void forward(
      ItemTable items, Batch batch, int group, float[] out, int offset, int stride) {
    nextSample = batch.sampleStart()[group];
    retrieval.forward(items, batch, group, out, offset, stride);
  }

  /** Chooses for the group's next target, which is asked for once if there is a history. */
  private long choose(ItemTable items, int target, float[] logits) {
    if (!turn) {
      return QueryRetrieval.likely(logits);
    }
    int sample = nextSample++;
    SeedStream random = new SeedStream(SeedStream.mix(seed, sample));
    long choice = 0;
    for (int f = 0; f < fields; f++) {
      double probability = 1 / (1 + StrictMath.exp(-(double) logits[f]));
      choice |= random.unit() < probability ? 1L << f : 0;
    }
    keep(sample, target, choice);
    return choice;
  }

  private void keep(int sample, int target, long choice) {
    if (samples.length == draws) {
      int capacity = Math.max(64, draws * 2);
      samples = Arrays.copyOf(samples, capacity);
      rows = Arrays.copyOf(rows, capacity);
      choices = Arrays.copyOf(choices, capacity);
    }
    samples[draws] = sample;
    rows[draws] = target;
    choices[draws++] = choice;
  }

  @Override
  public void outcome(ItemTable items, Batch batch, int firstSample, float[] logits) {
    if (draws == 0) {
      return;
    }
    if (targets.length < draws * dimension) {
      targets = new float[draws * dimension];
      chosen = new float[draws * fields];
      advantages = new float[draws * fields];
    }
    double mean = 0;
    for (int i = 0; i < draws; i++) {
      double reward = reward(logits[samples[i] - firstSample], batch.labels()[samples[i]]);
      mean += reward;
      advantages[i * fields] = (float) reward;
    }
    mean /= draws;
    for (int i = 0; i < draws; i++) {
      int at = i * fields;
      System.arraycopy(items.embeddings(), rows[i] * dimension, targets, i * dimension, dimension);
      float advantage = (float) (advantages[at] - mean);
      for (int f = 0; f < fields; f++) {
        chosen[at + f] = (choices[i] >> f) & 1;
        advantages[at + f] = advantage;
      }
    }
    policy.step(targets, chosen, advantages, draws, 1f / batch.size());
    learned = true;
  }

  /** max(−1, 1 − CE/ln 2) for a prediction's logit. */
  static double reward(float logit, float label) {
    double crossEntropy =
        Math.max(logit, 0f)
            - (double) logit * label
            + StrictMath.log1p(StrictMath.exp(-Math.abs((double) logit)));
    return Math.max(-1, 1 - crossEntropy / COIN_TOSS);
  }

  @Override
  public void backward(
      ItemTable items,
      Batch batch,
      int group,
      float[] outGradient,
      int offset,
      int stride,
      ItemGradient gradient) {
    retrieval.backward(items, batch, group, outGradient, offset, stride, gradient);
  }

  @Override
  public float[] defaultGradient() {
    return retrieval.defaultGradient();
  }

  @Override
  public float @Nullable [] gradient(String tensor) {
    return learned ? policy.gradient(tensor) : null;
  }

  @Override
  public void close() {
    policy.close();
  }
}
