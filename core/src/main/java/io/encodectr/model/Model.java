package io.encodectr.model;

import io.encodectr.dataset.Features;
import io.encodectr.dataset.IdDictionary;
import io.encodectr.dataset.Schema;
import io.encodectr.dataset.StringList;
import io.encodectr.dataset.Vocabularies;
import io.encodectr.file.Damage;
import io.encodectr.file.IntColumn;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model folder, loaded: weights on the heap, item ids and features memory-mapped until the model
 * is unreachable (nobody needs to close it). A model scores without its dataset. Read-only and
 * thread-safe, as long as nobody writes into the arrays of {@link #weights}.
 */
public final class Model {
  private final Path path;
  private final ModelSpec spec;
  private final String fingerprint;
  private final Layout layout;
  private final SequencedMap<String, float[]> weights;
  private final IdDictionary itemIds;
  private final Features itemFeatures;
  private final IntColumn itemRows;
  private final Vocabularies itemVocabularies;
  private final Vocabularies userVocabularies;
  private final Vocabularies contextVocabularies;
  private final @Nullable StringList itemNames;

  private Model(Path path) throws IOException {
    this.path = path;
    spec = ModelSpec.read(path);
    fingerprint = spec.fingerprint();
    layout = new Layout(spec);
    weights = Weights.read(path, spec, layout);
    Arena arena = Arena.ofAuto();
    Schema schema = spec.schema();
    Path items = path.resolve("items");
    itemIds = IdDictionary.map(items, "ids", arena).hashed();
    itemFeatures = Features.map(items, schema.item(), itemIds.size(), arena);
    itemFeatures.check();
    itemRows = rows(items.resolve("row.npy"), arena);
    itemVocabularies = Vocabularies.map(items, schema.item(), arena);
    userVocabularies = Vocabularies.map(path.resolve("users"), schema.user(), arena);
    contextVocabularies = Vocabularies.map(path.resolve("context"), schema.context(), arena);
    itemNames = StringList.exists(items, "name") ? StringList.map(items, "name", arena) : null;
    if (itemNames != null && itemNames.size() != itemIds.size()) {
      throw Damage.of(
          items.resolve("name.offsets.npy"),
          "it has " + itemNames.size() + " names for " + itemIds.size() + " items");
    }
  }

  private IntColumn rows(Path file, Arena arena) throws IOException {
    IntColumn rows = IntColumn.map(file, arena);
    if (rows.size() != itemIds.size()) {
      throw Damage.of(file, "it has " + rows.size() + " rows for " + itemIds.size() + " items");
    }
    for (long i = 0; i < rows.size(); i++) {
      if (rows.get(i) < 0 || rows.get(i) >= spec.itemRows()) {
        throw Damage.of(file, "item " + i + " has row " + rows.get(i) + " of " + spec.itemRows());
      }
    }
    return rows;
  }

  /**
   * Loads and checks a model folder: format version, fingerprint, the weights' checksum, shapes and
   * finiteness, item rows and feature codes.
   *
   * @throws io.encodectr.file.InputException if the folder holds no model, one of another version,
   *     or a damaged one
   */
  public static Model load(Path path) throws IOException {
    return new Model(path);
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** What {@code model.json} says. */
  public ModelSpec spec() {
    return spec;
  }

  /** {@link ModelSpec#fingerprint}, computed once. */
  public String fingerprint() {
    return fingerprint;
  }

  /** Where everything lies in the tower's input. */
  public Layout layout() {
    return layout;
  }

  /** Names of the tensors, in the order of the file. */
  public Set<String> tensorNames() {
    return Collections.unmodifiableSet(weights.keySet());
  }

  /** Whether there is a tensor of this name. */
  public boolean has(String name) {
    return weights.containsKey(name);
  }

  /**
   * The values of a tensor, row-major; the array itself, not to be written into.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public float[] weights(String name) {
    float[] values = weights.get(name);
    if (values == null) {
      throw new IllegalArgumentException(path + " has no tensor " + name);
    }
    return values;
  }

  /** Number of weights in all tensors. */
  public long parameters() {
    return weights.values().stream().mapToLong(values -> values.length).sum();
  }

  /** V, the number of items. */
  public int items() {
    return itemIds.size();
  }

  /** Ids by item index. */
  public IdDictionary itemIds() {
    return itemIds;
  }

  /** Features by item index. */
  public Features itemFeatures() {
    return itemFeatures;
  }

  /** Row of an item in {@code item.id}, 0 for an item that was rare or unseen in training. */
  public int itemRow(int item) {
    return itemRows.get(item);
  }

  /** Display name of an item, or null if it has none. */
  public @Nullable String itemName(int item) {
    if (itemNames == null) {
      return null;
    }
    String name = itemNames.get(item);
    return name.isEmpty() ? null : name;
  }

  /**
   * Code of a value of a categorical user column, or -1.
   *
   * @param column index in {@link Schema#user}
   */
  public int userCode(int column, String value) {
    return userVocabularies.code(column, value);
  }

  /**
   * Code of a value of a categorical context column, or -1.
   *
   * @param column index in {@link Schema#context}
   */
  public int contextCode(int column, String value) {
    return contextVocabularies.code(column, value);
  }

  /** The values behind the codes of item columns. */
  public Vocabularies itemVocabularies() {
    return itemVocabularies;
  }

  /** The values behind the codes of user columns. */
  public Vocabularies userVocabularies() {
    return userVocabularies;
  }

  /** The values behind the codes of context columns. */
  public Vocabularies contextVocabularies() {
    return contextVocabularies;
  }
}
