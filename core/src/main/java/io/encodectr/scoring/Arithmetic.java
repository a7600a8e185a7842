package io.encodectr.scoring;

import io.encodectr.file.InputException;
import java.util.Arrays;
import java.util.List;

/** What the tower multiplies: the values themselves, or small whole numbers in their place. */
public enum Arithmetic {
  /** 32-bit floats: what training computes. */
  FLOAT32("float32"),

  /**
   * The interest part of the first layer, most of a candidate's arithmetic, in whole numbers of
   * eight bits: faster, and logits change a little. What is computed once a request or once a model
   * stays as it is.
   */
  INT8("int8");

  private final String label;

  Arithmetic(String label) {
    this.label = label;
  }

  /** The name as options have it. */
  public String label() {
    return label;
  }

  /** The names of all. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(Arithmetic::label).toList();
  }

  /**
   * By name.
   *
   * @throws InputException for another name
   */
  public static Arithmetic named(String name) {
    for (Arithmetic arithmetic : values()) {
      if (arithmetic.label.equals(name)) {
        return arithmetic;
      }
    }
    throw new InputException(
        "arithmetic '%s' is none of %s".formatted(name, String.join(", ", labels())));
  }
}
