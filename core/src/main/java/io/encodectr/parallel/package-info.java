/**
 * Work cut into chunks for several threads. Knows nothing of what the work is; results must not
 * depend on which thread takes which chunk.
 */
@NullMarked
package io.encodectr.parallel;

import org.jspecify.annotations.NullMarked;
