package io.encodectr.explorer;

import java.util.List;

/**
 * The ground of the map: where items lie in the two main axes of the low-dimensional space.
 *
 * @param present whether the model has such a space
 * @param share of the items' variance that the two axes show, in [0, 1]
 * @param x first coordinates of items
 * @param y second coordinates, in the same order
 */
public record MapView(boolean present, double share, List<Float> x, List<Float> y) {}
