package io.encodectr.model;

import io.encodectr.dataset.Column;
import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.IdDictionary;
import io.encodectr.dataset.Vocabularies;
import io.encodectr.file.InputException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a model can read a dataset. The dataset it was trained on: always. Another one: only if
 * every number in it means the same, that is, the item ids (in their order), the feature columns
 * and the columns' values are equal; a warning then says that it is another dataset.
 */
public final class DatasetMatch {
  private static final Logger LOG = LoggerFactory.getLogger(DatasetMatch.class);

  private DatasetMatch() {}

  /**
   * Checks the rule.
   *
   * @throws InputException if an item index or a feature code means something else to the model
   */
  public static void require(Dataset dataset, Model model) {
    String trainedOn = model.spec().datasetFingerprint();
    String given = dataset.info().fingerprint();
    if (trainedOn.equals(given)) {
      return;
    }
    String difference = difference(dataset, model);
    if (difference != null) {
      throw new InputException(
          "model %s was trained on another dataset (fingerprint %s) than %s (fingerprint %s), and %s; use the dataset it was trained on, or train a model on this one"
              .formatted(model.path(), trainedOn, dataset.path(), given, difference));
    }
    LOG.warn(
        "Model {} was trained on another dataset than {}; items and columns are the same, so it is"
            + " used",
        model.path(),
        dataset.path());
  }

  private static @Nullable String difference(Dataset dataset, Model model) {
    if (!dataset.schema().equals(model.spec().schema())) {
      return "their feature columns differ";
    }
    if (!same(dataset.itemIds(), model.itemIds())) {
      return "their items differ";
    }
    boolean sameValues =
        same(dataset.schema().user(), dataset.userVocabularies(), model.userVocabularies())
            && same(
                dataset.schema().context(),
                dataset.contextVocabularies(),
                model.contextVocabularies());
    return sameValues ? null : "the values of their user or context columns differ";
  }

  private static boolean same(IdDictionary a, IdDictionary b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      if (!a.id(i).equals(b.id(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean same(List<Column> columns, Vocabularies a, Vocabularies b) {
    for (int c = 0; c < columns.size(); c++) {
      for (int code = 0; code < columns.get(c).vocabulary(); code++) {
        if (!a.value(c, code).equals(b.value(c, code))) {
          return false;
        }
      }
    }
    return true;
  }
}
