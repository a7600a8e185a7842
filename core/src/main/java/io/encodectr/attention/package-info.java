/** Target attention, forward and backward. Knows vectors, not where they come from. */
@NullMarked
package io.encodectr.attention;

import org.jspecify.annotations.NullMarked;
