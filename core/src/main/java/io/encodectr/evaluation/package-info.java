/**
 * How good a model's scores are: AUC, GAUC, log loss, the relevance indicator, and the run over a
 * dataset's samples that computes them.
 *
 * <p>Only measuring happens here. Scores come from {@code scoring} and {@code sequence}; nothing in
 * this room may compute a score of its own.
 */
@NullMarked
package io.encodectr.evaluation;

import org.jspecify.annotations.NullMarked;
