/**
 * Whole training steps side by side: our trainer, the same model in LibTorch operations alone, and
 * in plain PyTorch, each in a process of its own, on the same batches from the same weights.
 */
@NullMarked
package io.encodectr.bench.peers;

import org.jspecify.annotations.NullMarked;
