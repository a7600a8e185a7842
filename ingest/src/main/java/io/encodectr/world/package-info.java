/**
 * The synthetic world: a shop whose true click probabilities are known, written as a raw log
 * folder.
 *
 * <p>What is in it: the catalog ({@link io.encodectr.world.Catalog}), the shoppers and their
 * interests ({@link io.encodectr.world.Shopper}), the true click model ({@link
 * io.encodectr.world.ClickModel}) and the writer of the log folder ({@link
 * io.encodectr.world.WorldWriter}). The model is written down with its formulas in {@code
 * docs/world.md}.
 *
 * <p>What may not enter: anything of the models that are judged on this world. Neither relevance,
 * clustering nor attention of ENCODE takes part in it; whoever builds the exam from the answer has
 * examined nothing.
 */
@NullMarked
package io.encodectr.world;

import org.jspecify.annotations.NullMarked;
