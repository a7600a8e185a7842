/** What every reader and writer of our files shares. No format of one particular file may enter. */
@NullMarked
package io.encodectr.file;

import org.jspecify.annotations.NullMarked;
