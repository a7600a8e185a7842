/** The trainer. The only module that may import LibTorch. */
@NullMarked
package io.encodectr.train;

import org.jspecify.annotations.NullMarked;
