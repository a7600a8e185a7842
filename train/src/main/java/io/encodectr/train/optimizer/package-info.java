/**
 * Parameters with their optimizer state, and Adam. Knows rows of numbers only: neither items nor
 * batches may enter.
 */
@NullMarked
package io.encodectr.train.optimizer;

import org.jspecify.annotations.NullMarked;
