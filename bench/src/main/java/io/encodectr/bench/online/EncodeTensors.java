package io.encodectr.bench.online;

import io.encodectr.dataset.Dataset;
import io.encodectr.file.InputException;
import io.encodectr.interest.Interests;
import io.encodectr.item.ItemTable;
import io.encodectr.model.Model;
import io.encodectr.model.ModelSpec;
import io.encodectr.relevance.Relevance;
import io.encodectr.scoring.CandidateScorer;
import io.encodectr.scoring.ScoringModel;
import io.encodectr.sequence.InterestSequence;
import java.util.Arrays;

/**
 * A model of ENCODE and a request to it as a runtime of tensors takes them. Whatever our scorer
 * makes ready once a model or once a user is ready here too: the tables of items, unit vectors for
 * cosine, the items' part of the first layer, and keys that are transposed and scaled.
 */
final class EncodeTensors {
  private final Dataset dataset;
  private final ScoringModel model;
  private final CandidateScorer scorer;
  private final InterestSequence sequence;

  /** d. */
  final int d;

  /** Rows of the tables of items. */
  final int rows;

  /** Widths of the tower's input and layers. */
  final int userWidth;

  final int itemWidth;
  final int interestWidth;
  final int first;
  final int second;

  /** {@code [rows × d]}. */
  final float[] embeddings;

  /** {@code [rows × d]}, of length 1. */
  final float[] units;

  /** {@code [rows × itemWidth]}. */
  final float[] itemInput;

  /** {@code [rows × first]}. */
  final float[] itemParts;

  /** {@code [userWidth + itemWidth + interestWidth × first]}. */
  final float[] weights1;

  final float[] bias1;
  final float[] weights2;
  final float[] bias2;
  final float[] weights3;
  final float[] bias3;

  /** Which queries the two attentions have: unit vectors or embeddings. */
  final boolean recentByCosine;

  final boolean longByCosine;

  /** Real-time behaviors {@code [recents × d]}, and the same transposed and scaled. */
  float[] recent = {};

  float[] recentKeys = {};

  /** Interests {@code [count × d]}, and the same transposed and scaled. */
  float[] interests = {};

  float[] interestKeys = {};

  /** {@code [userWidth]}. */
  final float[] userContext;

  long[] candidates = {};

  /**
   * The tables.
   *
   * @throws InputException unless it is the paper's ENCODE
   */
  EncodeTensors(Dataset dataset, ScoringModel scoring) {
    this.dataset = dataset;
    this.model = scoring;
    Model trained = scoring.model();
    scorer = new CandidateScorer(scoring);
    if (!(scorer.longSequence() instanceof InterestSequence found)
        || !trained.spec().mass().equals("none")) {
      throw new InputException(trained.path() + " is no model of ENCODE without mass");
    }
    sequence = found;
    ItemTable items = scoring.items().table();
    d = items.dimension();
    rows = items.rows();
    userWidth = scoring.tower().userContextWidth();
    itemWidth = scoring.tower().itemWidth();
    interestWidth = scoring.tower().interestWidth();
    weights1 = trained.weights("tower.0.weight");
    bias1 = trained.weights("tower.0.bias");
    weights2 = trained.weights("tower.1.weight");
    bias2 = trained.weights("tower.1.bias");
    weights3 = trained.weights("tower.2.weight");
    bias3 = trained.weights("tower.2.bias");
    first = bias1.length;
    second = bias2.length;
    embeddings = Arrays.copyOf(items.embeddings(), rows * d);
    units = new float[rows * d];
    for (int i = 0; i < units.length; i++) {
      units[i] = embeddings[i] * items.inverseNorms()[i / d];
    }
    itemInput = Arrays.copyOf(scoring.items().input(), rows * itemWidth);
    itemParts = new float[Math.multiplyExact(rows, first)];
    scoring.tower().itemPart(itemInput, 0, rows, itemParts, 0);
    recentByCosine = trained.spec().recentRelevance().equals("cosine");
    longByCosine = trained.spec().longRelevance().equals("cosine");
    userContext = new float[userWidth];
  }

  ScoringModel model() {
    return model;
  }

  /** Rows of the first layer that belong to users and contexts. */
  float[] userWeights() {
    return Arrays.copyOf(weights1, userWidth * first);
  }

  /** Rows of the first layer that belong to interests. */
  float[] interestWeights() {
    return Arrays.copyOfRange(weights1, (userWidth + itemWidth) * first, weights1.length);
  }

  void take(OnlineRequest request) {
    int[] history = request.history();
    scorer.history(history, 0, history.length, request.userHash());
    int sample = request.sample();
    int user = dataset.test().user(sample);
    model.userContext().user(dataset.userFeatures(), user, userContext, 0);
    model.userContext().context(dataset.test(), sample, userContext, 0);
    int count = scorer.recent().attention().size();
    recent = new float[count * d];
    for (int i = 0; i < count; i++) {
      System.arraycopy(embeddings, scorer.recent().sortedRows()[i] * d, recent, i * d, d);
    }
    ModelSpec spec = model.model().spec();
    recentKeys = keys(recent, Relevance.named(spec.recentRelevance(), spec.beta(), d));
    Interests found = sequence.interests();
    interests = Arrays.copyOf(found.vectors(), found.count() * d);
    interestKeys = keys(interests, Relevance.named(spec.longRelevance(), spec.beta(), d));
    candidates = Arrays.stream(request.candidates()).asLongStream().toArray();
  }

  /** {@code [d × count]}: a query's product with them is the softmax's argument. */
  private float[] keys(float[] vectors, Relevance relevance) {
    int count = vectors.length / d;
    float[] keys = new float[vectors.length];
    for (int i = 0; i < count; i++) {
      float squared = 0f;
      for (int c = 0; c < d; c++) {
        squared += vectors[i * d + c] * vectors[i * d + c];
      }
      float scale = relevance.scale() * (relevance.isCosine() ? Relevance.inverseNorm(squared) : 1);
      for (int c = 0; c < d; c++) {
        keys[c * count + i] = vectors[i * d + c] * scale;
      }
    }
    return keys;
  }
}
