/**
 * What logs and the tables beside them hold, in the words of a mapping file, and what becomes of
 * rows that cannot be used. Whoever reads logs, by whatever engine, starts here; no engine may
 * enter.
 */
@NullMarked
package io.encodectr.log;

import org.jspecify.annotations.NullMarked;
