package io.encodectr.load;

import io.encodectr.file.InputException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import tools.jackson.databind.json.JsonMapper;

/**
 * Ids of users or items, each with how often it is asked for. Immutable and thread-safe; random
 * numbers come from the caller.
 */
final class WeightedIds {
  private record Key(int id, double value) {}

  private final byte[][] json;
  private final long[] weights;
  private final long[] ends;

  /**
   * @param weights how often each id is asked for, relative to the others; at least 1 each
   */
  WeightedIds(List<String> ids, long[] weights) {
    if (ids.isEmpty() || ids.size() != weights.length) {
      throw new IllegalArgumentException(ids.size() + " ids, " + weights.length + " weights");
    }
    this.weights = weights.clone();
    json = new byte[weights.length][];
    ends = new long[weights.length];
    long end = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] < 1) {
        throw new IllegalArgumentException("weight " + weights[i]);
      }
      end += weights[i];
      ends[i] = end;
      json[i] = JsonMapper.shared().writeValueAsBytes(ids.get(i));
    }
  }

  /**
   * Reads a file of one id a line, in UTF-8; an id that stands on several lines is asked for as
   * many times as often. Empty lines are skipped.
   *
   * @throws InputException if the file is missing, is no text, or has no id
   */
  static WeightedIds ofFile(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new InputException(file + " is no file; give a text file with one id a line");
    }
    Map<String, Long> counts = new LinkedHashMap<>();
    try {
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        if (!line.isBlank()) {
          counts.merge(line.strip(), 1L, Long::sum);
        }
      }
    } catch (MalformedInputException e) {
      throw new InputException(file + " is no UTF-8 text; give one id a line", e);
    }
    if (counts.isEmpty()) {
      throw new InputException(file + " has no ids; give one id a line");
    }
    return new WeightedIds(
        List.copyOf(counts.keySet()),
        counts.values().stream().mapToLong(Long::longValue).toArray());
  }

  /** Number of ids. */
  int size() {
    return json.length;
  }

  /** An id as a JSON string, quotes included. Not to be changed. */
  byte[] json(int id) {
    return json[id];
  }

  /** One id, drawn in proportion to the weights. */
  int draw(SplittableRandom random) {
    int found = Arrays.binarySearch(ends, random.nextLong(ends[ends.length - 1]));
    return found >= 0 ? found + 1 : -found - 1;
  }

  /**
   * Different ids, as if drawn one by one in proportion to the weights and never put back: those of
   * the smallest keys −ln U / weight (Efraimidis and Spirakis). In the order in which they would be
   * drawn.
   *
   * @param count 0..size
   */
  int[] drawDistinct(int count, SplittableRandom random) {
    var smallest = new PriorityQueue<Key>(Comparator.comparingDouble(Key::value).reversed());
    for (int i = 0; i < json.length; i++) {
      double value = -Math.log(1 - random.nextDouble()) / weights[i];
      if (smallest.size() < count) {
        smallest.add(new Key(i, value));
      } else if (count > 0 && value < smallest.element().value()) {
        smallest.remove();
        smallest.add(new Key(i, value));
      }
    }
    return smallest.stream()
        .sorted(Comparator.comparingDouble(Key::value))
        .mapToInt(Key::id)
        .toArray();
  }
}
