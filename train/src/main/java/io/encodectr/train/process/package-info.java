/**
 * The processes that train one model together: what they exchange, and how further ones are
 * started. Knows sums of numbers only: neither parameters nor batches may enter.
 */
@NullMarked
package io.encodectr.train.process;

import org.jspecify.annotations.NullMarked;
