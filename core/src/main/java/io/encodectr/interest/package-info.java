/**
 * Offline stage: a history in, at most K interests out (Algorithm 1). No files, no target items.
 */
@NullMarked
package io.encodectr.interest;

import org.jspecify.annotations.NullMarked;
