package io.encodectr.interest;

import io.encodectr.file.InputException;
import java.util.Arrays;

/** How interest vectors are kept. Whatever it is, all arithmetic is on 32-bit floats. */
public enum InterestPrecision {
  /** As they were computed. */
  FLOAT32("float32", Float.BYTES),

  /**
   * Rounded to IEEE half precision: 11 significant bits, so a component is off by 1/2048 of itself
   * at most. Components up to {@value #LARGEST_HALF} can be kept; those below 6.1e-5 lose further
   * bits, and those below 3e-8 become 0.
   */
  FLOAT16("float16", Short.BYTES);

  /** The largest number of half precision. */
  public static final float LARGEST_HALF = 65504f;

  private final String label;
  private final int bytes;

  InterestPrecision(String label, int bytes) {
    this.label = label;
    this.bytes = bytes;
  }

  /** The name as options and manifests have it. */
  public String label() {
    return label;
  }

  /** Bytes that a component takes. */
  public int bytes() {
    return bytes;
  }

  /**
   * By name.
   *
   * @throws InputException for another name
   */
  public static InterestPrecision named(String name) {
    return Arrays.stream(values())
        .filter(each -> each.label.equals(name))
        .findFirst()
        .orElseThrow(() ->
            new InputException(
                "'" + name + "' is no precision of interests; it is float32 or float16"));
  }

  /**
   * Replaces the first components by what is left of them when they are kept.
   *
   * @throws InputException for a component that cannot be kept
   */
  public void round(float[] values, int count) {
    if (this == FLOAT16) {
      short[] halves = new short[count];
      toHalves(values, halves);
      toFloats(halves, values);
    }
  }

  /**
   * Rounds {@code to.length} components to half precision, ties to even.
   *
   * @throws InputException for a component beyond {@value #LARGEST_HALF}
   */
  public static void toHalves(float[] from, short[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = Float.floatToFloat16(from[i]);
    }
    for (int i = 0; i < to.length; i++) {
      // All bits of the exponent: infinite, or no number.
      if ((to[i] & 0x7c00) == 0x7c00) {
        throw new InputException(
            "an interest vector has the component %s, and float16 reaches to %s: keep the interests as float32"
                .formatted(from[i], LARGEST_HALF));
      }
    }
  }

  /** Widens {@code from.length} numbers of half precision, without loss. */
  public static void toFloats(short[] from, float[] to) {
    for (int i = 0; i < from.length; i++) {
      to[i] = Float.float16ToFloat(from[i]);
    }
  }
}
