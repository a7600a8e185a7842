package io.encodectr.generation;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Generations of interests, one of them in use, and who was forgotten: a folder ({@link Store}) or
 * a server that several machines share. Readers see the old generation or the new one, whole.
 * Thread-safe.
 *
 * <p>Forgetting is remembered for ever, and no generation is published that holds anything the user
 * did before.
 */
public interface InterestStore {
  /** Where it is. Equal for two that are the same store. */
  StoreLocation location() throws IOException;

  /** Whether it is known to be gone; a server that does not answer is not. */
  boolean isGone();

  /**
   * The id of the generation in use.
   *
   * @throws io.encodectr.file.InputException if none is
   */
  String current() throws IOException;

  /** The ids of all generations, oldest publication first. */
  List<String> ids() throws IOException;

  /**
   * What a generation says of itself.
   *
   * @throws io.encodectr.file.InputException if there is none of this id, or it is damaged
   */
  GenerationManifest manifest(String id) throws IOException;

  /**
   * Opens a generation.
   *
   * @throws io.encodectr.file.InputException if there is none of this id, or it is damaged
   */
  InterestSource openGeneration(String id) throws IOException;

  /** Who has been forgotten here so far. */
  Tombstones tombstones() throws IOException;

  /**
   * Notes durably that users are to be forgotten: no generation that is published from now on
   * represents what they did before. Who was forgotten here at the same time or later is left
   * alone.
   *
   * @param times milliseconds since the epoch by {@link Tombstones#hash}
   */
  void beginForgetting(Map<String, Long> times) throws IOException;

  /**
   * Erases the records of all users whose forgetting was begun and not finished, in all
   * generations.
   *
   * @param known ids of users among them: looking for the others takes a pass over all ids
   * @throws io.encodectr.file.InputException if a generation is damaged; the others are done then
   */
  void finishForgetting(String... known) throws IOException;
}
