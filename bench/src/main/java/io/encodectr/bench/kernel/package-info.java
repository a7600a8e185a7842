/**
 * Each kernel's scalar and vector twin. A kernel without a pair here fails a test; what kernels are
 * for is measured elsewhere.
 */
@NullMarked
package io.encodectr.bench.kernel;

import org.jspecify.annotations.NullMarked;
