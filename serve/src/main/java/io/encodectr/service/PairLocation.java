package io.encodectr.service;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a pair lies.
 *
 * @param model the model's folder
 * @param store the store's folder
 * @param generation id of the generation in the store; null: the one that is current there
 */
public record PairLocation(Path model, Path store, @Nullable String generation) {}
