/**
 * The learned tables of items, users and context: how a batch's items and a sample's features are
 * embedded, and how their gradients come back. Knows no sequence method and no LibTorch.
 */
@NullMarked
package io.encodectr.train.embedding;

import org.jspecify.annotations.NullMarked;
