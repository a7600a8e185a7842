/**
 * The innermost loops, each in two twins: plain scalar Java and the Vector API.
 *
 * <p>Both twins perform the <em>same</em> sequence of IEEE operations: eight partial sums, fused
 * multiply-adds in a stated order, one fixed reduction tree. Results are therefore equal to the
 * last bit between twins, machines, thread counts and JIT tiers, which is what lets training,
 * extraction and serving agree. {@code reduceLanes(ADD)} is banned here because its order is
 * unspecified.
 *
 * <p>Only this package may import {@code jdk.incubator.vector}. Nothing here allocates, knows of
 * models or users, or starts threads.
 */
@NullMarked
package io.encodectr.kernel;

import org.jspecify.annotations.NullMarked;
