/**
 * LibTorch: its set-up, parameters where it reads them, and the methods' parts that it learns by
 * autograd. With {@code tower} the only room that knows LibTorch.
 */
@NullMarked
package io.encodectr.train.torch;

import org.jspecify.annotations.NullMarked;
