package io.encodectr.load;

import io.encodectr.dataset.Behaviors;
import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.IdDictionary;
import io.encodectr.file.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Who asks, and for what. Immutable and thread-safe.
 *
 * @param source where the ids are from, in words
 * @param users the users
 * @param items the items
 */
public record Population(String source, WeightedIds users, WeightedIds items) {
  /**
   * All users and items of a dataset: a user as often as the user has behaviors, an item as often
   * as there are behaviors on it, and both once more, so that those without behaviors occur too.
   *
   * @throws InputException if the folder holds no dataset, or one without users or items
   */
  public static Population ofDataset(Path folder) throws IOException {
    try (Dataset dataset = Dataset.open(folder)) {
      if (dataset.users() == 0 || dataset.items() == 0) {
        throw new InputException(folder + " has no users or no items; give another dataset");
      }
      Behaviors behaviors = dataset.behaviors();
      long[] users = new long[dataset.users()];
      long[] items = new long[dataset.items()];
      Arrays.fill(items, 1);
      int[] clicked = new int[1 << 12];
      for (int user = 0; user < users.length; user++) {
        int length = behaviors.length(user);
        users[user] = 1L + length;
        for (int from = 0; from < length; from += clicked.length) {
          int count = Math.min(clicked.length, length - from);
          behaviors.items(user, from, count, clicked, 0);
          for (int i = 0; i < count; i++) {
            items[clicked[i]]++;
          }
        }
      }
      return new Population(
          "the dataset " + folder,
          new WeightedIds(ids(dataset.userIds()), users),
          new WeightedIds(ids(dataset.itemIds()), items));
    }
  }

  /**
   * The ids of two files, one id a line; an id on several lines is asked for as many times as
   * often.
   *
   * @throws InputException if a file is missing or has no ids
   */
  public static Population ofFiles(Path users, Path items) throws IOException {
    return new Population(
        "the files " + users + " and " + items,
        WeightedIds.ofFile(users),
        WeightedIds.ofFile(items));
  }

  private static List<String> ids(IdDictionary dictionary) {
    return IntStream.range(0, dictionary.size()).mapToObj(dictionary::id).toList();
  }
}
