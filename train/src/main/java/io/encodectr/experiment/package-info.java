/**
 * Whole evaluations in one command: plans of what is compared with what, the choice of
 * hyper-parameters on validation, trainings that can be killed and resumed, tests of significance,
 * timing, and the results as files.
 *
 * <p>Training happens in {@code train}, measuring in {@code evaluation}, the page in {@code
 * report}; here is only what is run, in which order, and what follows from the numbers.
 */
@NullMarked
package io.encodectr.experiment;

import org.jspecify.annotations.NullMarked;
