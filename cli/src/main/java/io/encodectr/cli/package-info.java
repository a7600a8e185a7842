/** The command line: one class a verb, wiring only. No algorithm may enter. */
@NullMarked
package io.encodectr.cli;

import org.jspecify.annotations.NullMarked;
