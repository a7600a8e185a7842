package io.encodectr.log;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table with one row for each item or user.
 *
 * @param table its files
 * @param id the column that joins it to the log
 * @param integerIds whether an id that is no whole number makes a row unusable
 * @param name the column with a name for people, or null
 * @param columns feature columns
 * @param all whether ids that occur here but not in the log are kept too
 */
public record Catalog(
    SourceTable table,
    String id,
    boolean integerIds,
    @Nullable String name,
    List<ColumnField> columns,
    boolean all)
    implements Serializable {}
