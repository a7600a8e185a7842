package io.encodectr.generation;

import io.encodectr.file.InputException;

/** There is nothing new to extract: the store has the generation that would come out. */
public final class GenerationExistsException extends InputException {
  private static final long serialVersionUID = 1L;

  private final String generation;

  GenerationExistsException(String message, String generation) {
    super(message);
    this.generation = generation;
  }

  /** The id of the generation. */
  public String generation() {
    return generation;
  }
}
