/**
 * How time and memory of each stage grow with users, history length, clusters, dimension and
 * threads: verbs as whole processes on generated worlds, and kernels in a loop where no verb has
 * the option.
 */
@NullMarked
package io.encodectr.bench.growth;

import org.jspecify.annotations.NullMarked;
