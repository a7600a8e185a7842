/** Logs to dataset, on DuckDB. No model and no training may enter. */
@NullMarked
package io.encodectr.ingest;

import org.jspecify.annotations.NullMarked;
