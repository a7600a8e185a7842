/**
 * Logs to dataset on Spark. Executors read, type, sort and write parts; what becomes of sorted
 * events is {@code io.encodectr.assembly}'s, as for the local job. DuckDB may not enter.
 */
@NullMarked
package io.encodectr.spark.ingest;

import org.jspecify.annotations.NullMarked;
