/**
 * Scores on request: a model with its generation, and what users did since. Owns which pair is in
 * service, who may wait for how long, and what is counted. No HTTP type enters: whoever embeds the
 * service in a server of their own needs nothing else.
 */
@NullMarked
package io.encodectr.service;

import org.jspecify.annotations.NullMarked;
