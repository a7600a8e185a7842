/**
 * The CTR tower in LibTorch: its parameters' memory, its forward and backward pass, its loss. The
 * only room that knows LibTorch; embeddings, sequences and the optimizer stay outside.
 */
@NullMarked
package io.encodectr.train.tower;

import org.jspecify.annotations.NullMarked;
