package io.encodectr.experiment;

/**
 * What happens to earlier work that differs from what is asked; with neither it is refused.
 *
 * @param overwrite whether it is done anew, and failed trainings are tried again
 * @param mixedPrograms whether finished work is kept that differs only in the program that did it
 */
public record Reuse(boolean overwrite, boolean mixedPrograms) {}
