/**
 * Training that can be cut off at any moment: what a run must remember to go on to the same bytes,
 * and how it is put on disk whole or not at all.
 */
@NullMarked
package io.encodectr.train.checkpoint;

import org.jspecify.annotations.NullMarked;
