package io.encodectr.dataset;

import io.encodectr.file.Damage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values behind the codes of a list of columns. Derived columns need no dictionary: their codes
 * are the hour and the weekday. Memory-mapped, read-only, thread-safe.
 */
public final class Vocabularies {
  private final List<Column> columns;
  private final @Nullable IdDictionary[] dictionaries;

  private Vocabularies(List<Column> columns, @Nullable IdDictionary[] dictionaries) {
    this.columns = columns;
    this.dictionaries = dictionaries;
  }

  /**
   * Maps {@code <column>.vocabulary.*} of every categorical column.
   *
   * @param arena owns the mapping
   * @throws io.encodectr.file.InputException if a file is missing or damaged, or a dictionary is of
   *     another size than the schema says
   */
  public static Vocabularies map(Path folder, List<Column> columns, Arena arena)
      throws IOException {
    @Nullable IdDictionary[] dictionaries = new IdDictionary[columns.size()];
    for (int c = 0; c < columns.size(); c++) {
      Column column = columns.get(c);
      if (column.categorical() && column.derived() == null) {
        IdDictionary dictionary = IdDictionary.map(folder, column.name() + ".vocabulary", arena);
        if (dictionary.size() != column.vocabulary()) {
          throw Damage.of(
              folder.resolve(column.name() + ".vocabulary.offsets.npy"),
              "it has " + dictionary.size() + " values, the schema says " + column.vocabulary());
        }
        dictionaries[c] = dictionary;
      }
    }
    return new Vocabularies(columns, dictionaries);
  }

  /**
   * Code of a value, or -1 for an unknown one. Derived columns take the decimal number of the hour
   * or weekday.
   *
   * @param column index in the list
   * @throws IllegalArgumentException if the column is continuous
   */
  public int code(int column, String value) {
    IdDictionary dictionary = dictionaries[column];
    if (dictionary != null) {
      return dictionary.indexOf(value);
    }
    int codes = derived(column).vocabulary();
    try {
      int code = Integer.parseInt(value);
      return code >= 0 && code < codes ? code : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /**
   * Value of a code.
   *
   * @throws IllegalArgumentException if the column is continuous
   * @throws IndexOutOfBoundsException unless the code is in 0..n-1
   */
  public String value(int column, int code) {
    IdDictionary dictionary = dictionaries[column];
    if (dictionary != null) {
      return dictionary.id(code);
    }
    return Integer.toString(java.util.Objects.checkIndex(code, derived(column).vocabulary()));
  }

  private Column derived(int column) {
    Column derived = columns.get(column);
    if (!derived.categorical()) {
      throw new IllegalArgumentException("column " + derived.name() + " is continuous");
    }
    return derived;
  }

  /** Reads every dictionary whole. */
  void check() {
    for (IdDictionary dictionary : dictionaries) {
      if (dictionary != null) {
        dictionary.check();
      }
    }
  }
}
