/**
 * The explorer: what a person sees of a user, their interests and an item's score. Answers are
 * plain records; every weight and score in them comes from the scorer in service. No type of HTTP
 * enters, and nothing here computes a similarity.
 */
@NullMarked
package io.encodectr.explorer;

import org.jspecify.annotations.NullMarked;
