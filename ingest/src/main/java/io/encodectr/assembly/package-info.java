/**
 * From events, sorted by user and time, to the columns of a dataset: histories, samples, features.
 * Plain Java over memory-mapped columns; how the events were read and sorted, and by which engine,
 * is no matter here.
 */
@NullMarked
package io.encodectr.assembly;

import org.jspecify.annotations.NullMarked;
