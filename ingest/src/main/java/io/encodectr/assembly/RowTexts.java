package io.encodectr.assembly;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** The ids or names of a catalog's rows that are in the dataset. */
final class RowTexts implements Iterator<String> {
  private final CatalogRows.Cursor rows;
  private final IntUnaryOperator index;
  private final boolean names;
  private @Nullable String next;

  /**
   * Texts.
   *
   * @param names whether names are wanted, empty where there is none, rather than ids
   */
  RowTexts(CatalogRows.Cursor rows, IntUnaryOperator index, boolean names) {
    this.rows = rows;
    this.index = index;
    this.names = names;
    next = read();
  }

  private @Nullable String read() {
    try {
      while (rows.next()) {
        if (index.applyAsInt(rows.code()) >= 0) {
          String text = names ? rows.name() : rows.id();
          return text == null ? "" : text;
        }
      }
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public String next() {
    String text = next;
    if (text == null) {
      throw new NoSuchElementException();
    }
    next = read();
    return text;
  }
}
