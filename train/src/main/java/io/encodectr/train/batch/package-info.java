/**
 * From a dataset's training samples to batches: which samples train and which validate, which rows
 * of the embedding table items use, the order of an epoch, and the batches themselves with their
 * own small item space. No parameter and no arithmetic on embeddings may enter.
 */
@NullMarked
package io.encodectr.train.batch;

import org.jspecify.annotations.NullMarked;
