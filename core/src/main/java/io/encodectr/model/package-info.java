/**
 * The model folder: specification, layout of the weights, reading and writing. The arithmetic of
 * scoring and training may not enter.
 */
@NullMarked
package io.encodectr.model;

import org.jspecify.annotations.NullMarked;
