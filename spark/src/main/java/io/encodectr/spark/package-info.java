/**
 * The programs that {@code spark-submit} starts: ingest and extract. No maths may enter; executors
 * call the core for each user.
 */
@NullMarked
package io.encodectr.spark;

import org.jspecify.annotations.NullMarked;
