/**
 * How long work tells what it has done so far. Nothing that draws or logs may enter: a program that
 * embeds the core brings its own.
 */
@NullMarked
package io.encodectr.progress;

import org.jspecify.annotations.NullMarked;
