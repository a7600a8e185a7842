/**
 * The CTR tower in LibTorch: its parameters, its forward and backward pass, its loss. Embeddings,
 * sequences and the optimizer stay outside.
 */
@NullMarked
package io.encodectr.train.tower;

import org.jspecify.annotations.NullMarked;
