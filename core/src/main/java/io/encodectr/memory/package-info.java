/**
 * MIMN's memory: what a user's behaviors, read one after the other, write into a few slots, and how
 * a target item reads them; forward and backward. Knows vectors and weights, neither methods nor
 * files.
 */
@NullMarked
package io.encodectr.memory;

import org.jspecify.annotations.NullMarked;
