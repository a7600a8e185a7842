package io.encodectr.assembly;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a catalog, one for each code in ascending order, whether or not the catalog knows it.
 */
@FunctionalInterface
public interface CatalogRows {
  /** Stands before the first row; close it before another one is opened. */
  Cursor open() throws IOException;

  /** Stands at a row. */
  interface Cursor extends Closeable {
    /** Goes to the next row, if there is one. */
    boolean next() throws IOException;

    /** Code of the item or user. */
    int code() throws IOException;

    /** Its id. */
    String id() throws IOException;

    /** Its name for people; null if it has none. */
    @Nullable String name() throws IOException;

    /** Text of a categorical column; null if it is missing. */
    @Nullable String text(int column) throws IOException;

    /** Number of a continuous column; NaN if it is missing. */
    float number(int column) throws IOException;
  }
}
