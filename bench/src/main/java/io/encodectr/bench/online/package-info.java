/**
 * The online request side by side: our kernels for every method, and ENCODE in ONNX Runtime and
 * LibTorch. Nothing here is shipped.
 */
@NullMarked
package io.encodectr.bench.online;

import org.jspecify.annotations.NullMarked;
