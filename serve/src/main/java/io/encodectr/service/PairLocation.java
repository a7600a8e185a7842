package io.encodectr.service;

import io.encodectr.generation.StoreLocation;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a pair lies.
 *
 * @param model the model's folder
 * @param store where the store is
 * @param generation id of the generation in the store; null: the one that is current there
 */
public record PairLocation(Path model, StoreLocation store, @Nullable String generation) {
  /** A pair whose store is a folder. */
  public PairLocation(Path model, Path store, @Nullable String generation) {
    this(model, StoreLocation.of(store), generation);
  }
}
