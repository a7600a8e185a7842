/** The dense tower on top, forward only. Training's tower is held to it by a test. */
@NullMarked
package io.encodectr.tower;

import org.jspecify.annotations.NullMarked;
