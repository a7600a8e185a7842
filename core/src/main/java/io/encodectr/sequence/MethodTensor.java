package io.encodectr.sequence;

/**
 * A tensor that a method has of its own, besides what all models have.
 *
 * @param name in the weights file
 * @param rows at least 1
 * @param columns at least 1
 * @param deviation standard deviation of the normal distribution it starts from; 0 for zeros
 * @param trained whether gradients reach it; what is not trained stays as it was drawn
 */
public record MethodTensor(String name, int rows, int columns, float deviation, boolean trained) {}
