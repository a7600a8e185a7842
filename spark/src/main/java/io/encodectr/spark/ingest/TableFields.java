package io.encodectr.spark.ingest;

import io.encodectr.log.ColumnField;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields wanted of a table, in order. */
final class TableFields implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ArrayList<@Nullable String> names = new ArrayList<>();
  private final ArrayList<Boolean> verbatim = new ArrayList<>();
  private final ArrayList<Boolean> lists = new ArrayList<>();

  private TableFields add(@Nullable String name, boolean kept, boolean list) {
    names.add(name);
    verbatim.add(kept);
    lists.add(list);
    return this;
  }

  /** A field that is kept as it is spelled. */
  TableFields text(String name) {
    return add(name, true, false);
  }

  /** A field that is only read as a number, a time or a label. */
  TableFields number(String name) {
    return add(name, false, false);
  }

  /** A feature column's field. */
  TableFields column(ColumnField column) {
    return add(column.field(), column.categorical(), column.multiValued());
  }

  /** A field that is always missing. */
  TableFields none() {
    return add(null, false, false);
  }

  /** Names of the fields; null for none. */
  List<@Nullable String> names() {
    return names;
  }

  int count() {
    return names.size();
  }

  /** Which fields are kept as they are spelled. */
  boolean[] verbatim() {
    return flags(verbatim);
  }

  /** Which fields may be lists. */
  boolean[] lists() {
    return flags(lists);
  }

  private static boolean[] flags(List<Boolean> values) {
    boolean[] flags = new boolean[values.size()];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = values.get(i);
    }
    return flags;
  }
}
