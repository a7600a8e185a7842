package io.encodectr.model;

import io.encodectr.dataset.Schema;
import io.encodectr.file.Damage;
import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.file.Sha256;
import io.encodectr.interest.ClusterMass;
import io.encodectr.relevance.Relevance;
import io.encodectr.sequence.Method;
import io.encodectr.sequence.SequenceSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code model.json} says: everything needed to score with the weights, and how they came to
 * be.
 *
 * @param format version of the folder's format, {@value #FORMAT}
 * @param kind always {@value #KIND}
 * @param method din, avg-pooling, din-l, encode, …
 * @param dimension d, the width of an item's embedding, a multiple of 8
 * @param lowDimension m, the width of its projection, at most 64; 0 if the method has none
 * @param clusters K, the most interests a user can have
 * @param iterations T, the most rounds of KMeans
 * @param beta β of cosine relevance
 * @param longLength L, how many of the latest behaviors the long sequence has; 0 for all
 * @param recentLength how many of the latest behaviors the recent sequence has
 * @param recentRelevance "dot" or "cosine"
 * @param longRelevance "cosine" or "dot"
 * @param clustering how interests are formed: kmeans, random, routing or agglomerative
 * @param mass what of a cluster's mass its attention knows: none, count, log-sum-exp, spread or
 *     learned
 * @param retrieved k, how many behaviors a retrieval method attends to
 * @param featureWidth width of a categorical user or context column's embedding
 * @param tower widths of the tower's two hidden layers, multiples of 8
 * @param seed of the training
 * @param clusterSeed mixed with a user's hash to seed the clustering
 * @param schema feature columns
 * @param itemRows R, rows of the item id embedding; row 0 is out-of-vocabulary
 * @param datasetFingerprint of the dataset trained on
 * @param training hyper-parameters and facts of the training, for the record
 * @param metrics of the validation, for the record
 * @param codeVersion of the program that trained
 * @param weightsSha256 checksum of {@code weights.safetensors}; "" until it is written
 */
public record ModelSpec(
    int format,
    String kind,
    String method,
    int dimension,
    int lowDimension,
    int clusters,
    int iterations,
    float beta,
    int longLength,
    int recentLength,
    String recentRelevance,
    String longRelevance,
    String clustering,
    String mass,
    int retrieved,
    int featureWidth,
    List<Integer> tower,
    long seed,
    long clusterSeed,
    Schema schema,
    int itemRows,
    String datasetFingerprint,
    Map<String, Object> training,
    Map<String, Object> metrics,
    String codeVersion,
    String weightsSha256) {
  /** The version written by this code, and the only one it reads. */
  public static final int FORMAT = 1;

  /** The kind of folder. */
  public static final String KIND = "model";

  /** Name of the file. */
  public static final String FILE = "model.json";

  /** What a model's attention may go by. */
  public static final List<String> RELEVANCES = List.of("dot", "cosine");

  /** How interests may be formed. */
  public static final List<String> CLUSTERINGS =
      List.of("kmeans", "random", "routing", "agglomerative");

  /** What of a cluster's mass its attention may know. */
  public static final List<String> MASSES =
      List.of("none", "count", "log-sum-exp", "spread", "learned");

  private static final String FINGERPRINT = "fingerprint";
  private static final Set<String> NO_SCORE =
      Set.of("seed", "dataset_fingerprint", "training", "metrics", "code_version");

  /**
   * Copies lists and maps and checks the ranges.
   *
   * @throws InputException if a value is out of its range
   */
  public ModelSpec {
    tower = List.copyOf(tower);
    training = Collections.unmodifiableMap(new LinkedHashMap<>(training));
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    int least = Method.named(method).clusters() ? 1 : 0;
    multipleOf8("dimension", dimension, 4096);
    between("low_dimension", lowDimension, least, 64);
    between("clusters", clusters, least, 1 << 16);
    between("iterations", iterations, 0, 1 << 20);
    between("long_length", longLength, 0, Integer.MAX_VALUE);
    between("recent_length", recentLength, 0, Integer.MAX_VALUE);
    between("retrieved", retrieved, 1, Integer.MAX_VALUE);
    between("feature_width", featureWidth, 1, 4096);
    between("item_rows", itemRows, 1, Integer.MAX_VALUE);
    between("number of the tower's hidden layers", tower.size(), 2, 2);
    for (int width : tower) {
      multipleOf8("width of a tower's layer", width, 1 << 16);
    }
    if (!(beta > 0) || Float.isInfinite(beta)) {
      throw new InputException("beta is " + beta + ", a positive number is needed");
    }
    oneOf("recent_relevance", recentRelevance, RELEVANCES);
    oneOf("long_relevance", longRelevance, RELEVANCES);
    oneOf("clustering", clustering, CLUSTERINGS);
    oneOf("mass", mass, MASSES);
    if (mass.equals("spread") && longRelevance.equals("dot")) {
      throw new InputException("mass spread is for cosine relevance; long_relevance is dot");
    }
  }

  private static void between(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new InputException(name + " is " + value + ", it must be in " + least + ".." + most);
    }
  }

  private static void multipleOf8(String name, int value, int most) {
    between(name, value, 8, most);
    if (value % 8 != 0) {
      throw new InputException(name + " is " + value + ", it must be a multiple of 8");
    }
  }

  private static void oneOf(String name, String value, List<String> allowed) {
    if (!allowed.contains(value)) {
      throw new InputException(
          name + " is \"" + value + "\", it must be one of " + String.join(", ", allowed));
    }
  }

  /**
   * SHA-256 over the weights' checksum and every field that can change a score. The seed, the
   * dataset's fingerprint, training, metrics and code version cannot.
   *
   * @return 64 hexadecimal digits
   */
  public String fingerprint() {
    ObjectNode tree = Json.mapper().valueToTree(this);
    tree.remove(NO_SCORE);
    return Sha256.of(tree.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Whether interests are extracted ahead, in clusters (ENCODE). */
  public boolean clustered() {
    return Method.named(method).clusters();
  }

  /** Whether scoring from stored interests needs their mass statistics. */
  public boolean storesMassStatistics() {
    return clustered() && ClusterMass.named(mass).hasStatistic();
  }

  /** What is said of the long sequence. */
  public SequenceSpec sequence() {
    return new SequenceSpec(
        Method.named(method),
        dimension,
        lowDimension,
        clusters,
        iterations,
        beta,
        Relevance.named(longRelevance, beta, dimension),
        clustering,
        mass,
        retrieved,
        clusterSeed,
        new Layout(this).fields());
  }

  /** The same for other weights. */
  public ModelSpec withWeights(String sha256) {
    return with(training, metrics, sha256);
  }

  /**
   * The same after a training that has ended.
   *
   * @param facts of the training, in place of those so far
   * @param found metrics of the validation
   */
  public ModelSpec finished(Map<String, Object> facts, Map<String, Object> found) {
    return with(facts, found, weightsSha256);
  }

  private ModelSpec with(Map<String, Object> facts, Map<String, Object> found, String sha256) {
    return new ModelSpec(
        format,
        kind,
        method,
        dimension,
        lowDimension,
        clusters,
        iterations,
        beta,
        longLength,
        recentLength,
        recentRelevance,
        longRelevance,
        clustering,
        mass,
        retrieved,
        featureWidth,
        tower,
        seed,
        clusterSeed,
        schema,
        itemRows,
        datasetFingerprint,
        facts,
        found,
        codeVersion,
        sha256);
  }

  /**
   * Reads the file of a model folder.
   *
   * @throws InputException if the folder holds no model, one of another format version, or one
   *     whose fields do not give its fingerprint
   */
  public static ModelSpec read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    JsonNode tree = Json.readTree(file);
    String kind = tree.path("kind").asString("");
    if (!(tree instanceof ObjectNode object) || !kind.equals(KIND)) {
      throw Damage.of(file, "its kind is \"" + kind + "\", not \"" + KIND + "\"");
    }
    int format = tree.path("format").asInt(0);
    if (format != FORMAT) {
      throw new InputException(
          file
              + ": the model has format "
              + format
              + ", this version reads format "
              + FORMAT
              + "; train it again with this version");
    }
    String stated = tree.path(FINGERPRINT).asString("");
    object.remove(FINGERPRINT);
    ModelSpec spec = Json.bind(file, object, ModelSpec.class);
    if (!spec.fingerprint().equals(stated)) {
      throw Damage.of(
          file, "its fingerprint " + stated + " is not that of its fields, " + spec.fingerprint());
    }
    return spec;
  }

  /** Writes the file into a model folder. */
  public void write(Path folder) throws IOException {
    ObjectNode tree = Json.mapper().valueToTree(this);
    tree.put(FINGERPRINT, fingerprint());
    Json.write(folder.resolve(FILE), tree);
  }
}
