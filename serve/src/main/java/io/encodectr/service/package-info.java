/** Scores on request: a model with its generation, and what users did since. */
@NullMarked
package io.encodectr.service;

import org.jspecify.annotations.NullMarked;
