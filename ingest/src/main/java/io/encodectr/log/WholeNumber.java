package io.encodectr.log;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Ids that are whole numbers. Ids are ordered as numbers if all of them are whole numbers,
 * otherwise by their UTF-8 bytes, so that codes depend on nothing but the set of ids.
 */
public final class WholeNumber {
  /** The regular expression; no sign but a minus, no leading zeros, at most 18 digits. */
  public static final String PATTERN = "0|-?[1-9][0-9]{0,17}";

  private static final int MOST_DIGITS = 18;
  private static final Comparator<String> AS_NUMBERS = Comparator.comparingLong(Long::parseLong);

  private WholeNumber() {}

  /** Whether a text is a whole number as ids are compared. */
  public static boolean is(String text) {
    int start = text.startsWith("-") ? 1 : 0;
    int digits = text.length() - start;
    if (digits < 1 || digits > MOST_DIGITS) {
      return false;
    }
    for (int i = start; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return text.charAt(start) != '0' || text.length() == 1;
  }

  /** The texts without repetitions, in the order of their codes. */
  public static List<String> ordered(Collection<String> texts) {
    boolean numbers = texts.stream().allMatch(WholeNumber::is);
    Set<String> sorted = new TreeSet<>(numbers ? AS_NUMBERS : WholeNumber::compareBytes);
    sorted.addAll(texts);
    return List.copyOf(sorted);
  }

  /** Compares by code points, which is the order of the UTF-8 bytes. */
  private static int compareBytes(String a, String b) {
    return Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
  }
}
