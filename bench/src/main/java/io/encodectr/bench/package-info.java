/** Benchmarks. Nothing here is shipped. */
@NullMarked
package io.encodectr.bench;

import org.jspecify.annotations.NullMarked;
