package io.encodectr.generation;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.encodectr.file.Damage;
import io.encodectr.file.Json;
import io.encodectr.interest.InterestPrecision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code manifest.json} of a generation. It holds nothing that depends on the time of day, the
 * machine or the number of threads: the same extraction gives the same bytes. The last seven fields
 * are absent where they say nothing.
 *
 * @param format version of {@code interests.bin}, 1 to 4
 * @param kind always "generation"
 * @param modelFingerprint fingerprint of the model that made the interests
 * @param method the model's method
 * @param datasetFingerprint fingerprint of the dataset the behaviors come from
 * @param asOf behaviors strictly before this time (seconds since the epoch) are represented
 * @param users number of users
 * @param usersWithoutHistory how many of them have no behavior before {@code asOf}
 * @param interests number of interest vectors of all users
 * @param items size of the model's item dictionary
 * @param bytes length of {@code interests.bin}
 * @param checksum SHA-256 of {@code interests.bin} as it was published
 * @param createdBy version of the code
 * @param precision {@code float16} if the interest vectors are in half precision; null: float32
 * @param warmStarted true if clusterings began with an earlier generation's centers, so that the
 *     records are not what an extraction from scratch gives; null: they are
 * @param logEnd the dataset holds all behaviors strictly before this time; null: before {@code
 *     asOf}
 * @param eventsLog identity of the event log that events were joined from; null: of no matter
 * @param eventsThrough events of that log with arrival numbers up to this one are represented if
 *     they happened before {@code asOf}; null: none are
 * @param forgottenThrough time in milliseconds of the newest of the {@link Tombstones} that the
 *     extraction honored; null: there was none
 * @param erased how many records were overwritten since, because their users were forgotten; null:
 *     none. {@code checksum} is then that of other bytes, and the checksums inside the file count
 */
public record GenerationManifest(
    int format,
    String kind,
    String modelFingerprint,
    String method,
    String datasetFingerprint,
    long asOf,
    long users,
    long usersWithoutHistory,
    long interests,
    int items,
    long bytes,
    String checksum,
    String createdBy,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String precision,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean warmStarted,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long logEnd,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String eventsLog,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long eventsThrough,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long forgottenThrough,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long erased) {
  /** File name inside the generation's folder. */
  public static final String FILE = "manifest.json";

  /** The value of {@link #kind}. */
  public static final String KIND = "generation";

  private static final List<String> OPTIONAL =
      List.of(
          "precision",
          "warm_started",
          "log_end",
          "events_log",
          "events_through",
          "forgotten_through",
          "erased");

  /**
   * Reads a manifest.
   *
   * @throws io.encodectr.file.InputException if the file is missing or no manifest
   */
  public static GenerationManifest read(Path file) throws IOException {
    JsonNode tree = Json.readTree(file);
    if (!(tree instanceof ObjectNode object)) {
      throw Damage.of(file, "it is no JSON object");
    }
    for (String field : OPTIONAL) {
      if (!object.has(field)) {
        object.putNull(field);
      }
    }
    return Json.bind(file, object, GenerationManifest.class);
  }

  /** Whether some records are not what an extraction from scratch gives. */
  boolean isWarmStarted() {
    return warmStarted != null && warmStarted;
  }

  /** Whether the interest vectors have a precision. */
  boolean isIn(InterestPrecision other) {
    return other.label().equals(precision == null ? InterestPrecision.FLOAT32.label() : precision);
  }

  /** The time before which the dataset holds all behaviors, in seconds since the epoch. */
  public long representedUntil() {
    return logEnd == null ? asOf : logEnd;
  }

  /**
   * Whether the generation stands for an event: the dataset holds all that happened before {@link
   * #representedUntil}; later events were joined if they had arrived in the log that was read, and
   * happened before {@link #asOf}.
   *
   * @param log identity of the event's log: the arrival numbers of another one tell nothing
   * @param time of the event in seconds since the epoch
   * @param arrival its number in the event log, at least 1
   */
  public boolean represents(String log, long time, long arrival) {
    if (time < representedUntil()) {
      return true;
    }
    return eventsThrough != null
        && arrival <= eventsThrough
        && time < asOf
        && (eventsLog == null || eventsLog.equals(log));
  }

  /**
   * Whether the extraction honored a forgetting.
   *
   * @param forgottenAt its time in milliseconds since the epoch
   */
  public boolean honors(long forgottenAt) {
    if (forgottenAt == Tombstones.NEVER) {
      return true;
    }
    return forgottenThrough != null && forgottenAt <= forgottenThrough;
  }

  /** The same with one more erased record. */
  GenerationManifest withErased(long count) {
    return new GenerationManifest(
        format,
        kind,
        modelFingerprint,
        method,
        datasetFingerprint,
        asOf,
        users,
        usersWithoutHistory,
        interests,
        items,
        bytes,
        checksum,
        createdBy,
        precision,
        warmStarted,
        logEnd,
        eventsLog,
        eventsThrough,
        forgottenThrough,
        count);
  }
}
