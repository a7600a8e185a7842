/**
 * The dataset: behaviors, samples, features and id dictionaries as memory-mapped columns of one
 * folder. What a model makes of them may not enter, nor how logs become a dataset.
 */
@NullMarked
package io.encodectr.dataset;

import org.jspecify.annotations.NullMarked;
