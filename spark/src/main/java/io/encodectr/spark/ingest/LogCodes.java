package io.encodectr.spark.ingest;

import io.encodectr.dataset.IdDictionary;
import io.encodectr.log.ColumnField;
import io.encodectr.log.LogDescription;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Codes of the ids of a log, mapped from dictionaries in the work folder: once a process, and let
 * go when the next job's are wanted. Thread-safe.
 */
final class LogCodes {
  private static @Nullable LogCodes latest;

  private final String folder;
  private final IdDictionary users;
  private final IdDictionary items;
  private final @Nullable IdDictionary pageViews;
  private final List<@Nullable IdDictionary> context = new ArrayList<>();

  private LogCodes(String folder, LogDescription log, Arena arena) throws IOException {
    this.folder = folder;
    users = map(SurveyKind.USER, arena);
    items = map(SurveyKind.ITEM, arena);
    pageViews = log.pageView() == null ? null : map(SurveyKind.PAGE_VIEW, arena);
    List<ColumnField> columns = log.readContext();
    for (int c = 0; c < columns.size(); c++) {
      context.add(columns.get(c).categorical() ? map(SurveyKind.CONTEXT + c, arena) : null);
    }
  }

  private IdDictionary map(int kind, Arena arena) throws IOException {
    return IdDictionary.map(Path.of(folder), name(kind), arena).hashed();
  }

  /** Name of the dictionary of a kind. */
  static String name(int kind) {
    return "codes-" + kind;
  }

  /** The codes in a folder; every task of a process gets the same. */
  static synchronized LogCodes of(String folder, LogDescription log) throws IOException {
    LogCodes codes = latest;
    if (codes == null || !codes.folder.equals(folder)) {
      codes = new LogCodes(folder, log, Arena.ofAuto());
      latest = codes;
    }
    return codes;
  }

  /** All users. */
  IdDictionary users() {
    return users;
  }

  /** All items. */
  IdDictionary items() {
    return items;
  }

  int user(String id) {
    return known(users.indexOf(id), id);
  }

  int item(String id) {
    return known(items.indexOf(id), id);
  }

  /** Code of a page view; -1 for none. */
  int pageView(@Nullable String id) {
    return pageViews == null || id == null ? -1 : known(pageViews.indexOf(id), id);
  }

  /** Code of a context column's value; -1 for none. */
  int context(int c, @Nullable String value) {
    IdDictionary values = context.get(c);
    return values == null || value == null ? -1 : known(values.indexOf(value), value);
  }

  private static int known(int code, String id) {
    if (code < 0) {
      throw new IllegalStateException("the input changed between two passes: " + id + " is new");
    }
    return code;
  }
}
