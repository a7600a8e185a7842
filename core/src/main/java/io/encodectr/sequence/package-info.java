/**
 * The methods: one small class each, from a history to one vector a target item. Forward only, from
 * weights that are already learned; learning is in the train module.
 */
@NullMarked
package io.encodectr.sequence;

import org.jspecify.annotations.NullMarked;
