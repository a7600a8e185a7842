/**
 * How each method's sequence part learns: the forward pass of core's own classes, and a backward
 * pass by kernels. One instance a shard; gradients go to the shard's {@link
 * io.encodectr.train.sequence.ItemGradient}.
 */
@NullMarked
package io.encodectr.train.sequence;

import org.jspecify.annotations.NullMarked;
