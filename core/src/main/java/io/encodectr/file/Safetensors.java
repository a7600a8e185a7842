package io.encodectr.file;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Named tensors in a {@code .safetensors} file: 8 bytes of header length, a JSON header that says
 * where each tensor lies, then the raw little-endian values. Only float32 ({@code F32}) tensors are
 * read and written.
 *
 * <p>A file that was read is mapped into memory until this object is unreachable; {@link #tensor}
 * copies one tensor out of it. Read-only and thread-safe.
 */
public final class Safetensors {
  private static final long LONGEST_HEADER = 100_000_000;
  private static final String METADATA = "__metadata__";

  /**
   * A dense array of float32.
   *
   * @param shape extents, each at least 0; empty for a scalar
   * @param values row-major, as many as the product of the extents; not copied
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Tensor(int[] shape, float[] values) {
    /**
     * Checks the number of values.
     *
     * @throws IllegalArgumentException if it is not the product of the extents
     */
    public Tensor {
      long product = 1;
      for (int extent : shape) {
        if (extent < 0) {
          throw new IllegalArgumentException("negative extent in " + Arrays.toString(shape));
        }
        product *= extent;
        if (product > Integer.MAX_VALUE) {
          throw new IllegalArgumentException(
              Arrays.toString(shape) + " is more than an array can hold");
        }
      }
      if (product != values.length) {
        throw new IllegalArgumentException(
            Arrays.toString(shape) + " needs " + product + " values, not " + values.length);
      }
    }

    /** A tensor of the given values and extents. */
    public static Tensor of(float[] values, int... shape) {
      return new Tensor(shape, values);
    }
  }

  private record Place(int[] shape, long from, long to) {}

  private final Path path;
  private final MemorySegment data;
  private final SequencedMap<String, Place> places;
  private final Map<String, String> metadata;

  private Safetensors(
      Path path,
      MemorySegment data,
      SequencedMap<String, Place> places,
      Map<String, String> metadata) {
    this.path = path;
    this.data = data;
    this.places = places;
    this.metadata = metadata;
  }

  /**
   * Writes a file; the same tensors give the same bytes.
   *
   * @param tensors in the order in which they are to lie in the file
   * @param metadata texts to put in the header
   */
  public static void write(
      Path path, SequencedMap<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    byte[] header = header(tensors, metadata);
    try (OutputFile out = OutputFile.create(path)) {
      out.putLong(header.length);
      out.put(header);
      for (Tensor tensor : tensors.values()) {
        for (float value : tensor.values()) {
          out.putFloat(value);
        }
      }
    }
  }

  private static byte[] header(SequencedMap<String, Tensor> tensors, Map<String, String> metadata) {
    ObjectNode root = Json.mapper().createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode texts = root.putObject(METADATA);
      new TreeMap<>(metadata).forEach(texts::put);
    }
    long at = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      ObjectNode node = root.putObject(entry.getKey());
      node.put("dtype", "F32");
      ArrayNode shape = node.putArray("shape");
      for (int extent : entry.getValue().shape()) {
        shape.add(extent);
      }
      ArrayNode offsets = node.putArray("data_offsets");
      offsets.add(at);
      at += (long) entry.getValue().values().length * Float.BYTES;
      offsets.add(at);
    }
    byte[] text = root.toString().getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(text, (text.length + 7) / 8 * 8);
    Arrays.fill(padded, text.length, padded.length, (byte) ' ');
    return padded;
  }

  /**
   * Opens a file and checks its header: lengths against the file's size, shapes against the bytes
   * of each tensor, and that the tensors cover the data without holes or overlaps.
   *
   * @throws InputException if the file is missing or damaged, or holds other types than float32
   */
  public static Safetensors read(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < Long.BYTES) {
        throw Damage.of(path, "it has " + size + " bytes, too few for a .safetensors file");
      }
      long length = readFully(path, channel, 0, Long.BYTES).getLong();
      if (length < 2 || length > LONGEST_HEADER || length > size - Long.BYTES) {
        throw Damage.of(
            path,
            "its header claims " + Long.toUnsignedString(length) + " bytes, the file has " + size);
      }
      JsonNode root = parse(path, readFully(path, channel, Long.BYTES, (int) length).array());
      long dataBytes = size - Long.BYTES - length;
      Map<String, String> metadata = metadata(path, root);
      SequencedMap<String, Place> places = places(path, root, dataBytes);
      MemorySegment data =
          channel.map(
              FileChannel.MapMode.READ_ONLY, Long.BYTES + length, dataBytes, Arena.ofAuto());
      return new Safetensors(path, data, places, metadata);
    } catch (NoSuchFileException e) {
      throw Damage.missing(path, e);
    }
  }

  private static ByteBuffer readFully(Path path, FileChannel channel, long from, int count)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, from + buffer.position()) < 0) {
        throw Damage.of(path, "it is cut off within its header");
      }
    }
    return buffer.flip();
  }

  private static JsonNode parse(Path path, byte[] header) {
    try {
      JsonNode root = Json.mapper().readTree(header);
      if (!root.isObject()) {
        throw Damage.of(path, "its header is no JSON object");
      }
      return root;
    } catch (JacksonException e) {
      throw Damage.of(path, "its header is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static Map<String, String> metadata(Path path, JsonNode root) {
    Map<String, String> texts = new LinkedHashMap<>();
    JsonNode node = root.get(METADATA);
    if (node != null) {
      for (Map.Entry<String, JsonNode> entry : node.properties()) {
        if (!entry.getValue().isString()) {
          throw Damage.of(path, "its metadata " + entry.getKey() + " is no text");
        }
        texts.put(entry.getKey(), entry.getValue().stringValue());
      }
    }
    return Collections.unmodifiableMap(texts);
  }

  private static SequencedMap<String, Place> places(Path path, JsonNode root, long dataBytes) {
    SequencedMap<String, Place> places = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      if (!entry.getKey().equals(METADATA)) {
        places.put(entry.getKey(), place(path, entry.getKey(), entry.getValue(), dataBytes));
      }
    }
    List<Place> ordered =
        places.values().stream()
            .sorted(Comparator.comparingLong(Place::from).thenComparingLong(Place::to))
            .toList();
    long at = 0;
    for (Place place : ordered) {
      if (place.from() != at) {
        throw Damage.of(path, "its tensors leave a hole or overlap at byte " + at);
      }
      at = place.to();
    }
    if (at != dataBytes) {
      throw Damage.of(
          path, "its header describes " + at + " bytes of data, the file has " + dataBytes);
    }
    return places;
  }

  private static Place place(Path path, String name, JsonNode node, long dataBytes) {
    String type = node.path("dtype").asString("");
    if (!type.equals("F32")) {
      throw Damage.of(path, "tensor " + name + " is of type " + type + ", F32 is needed");
    }
    JsonNode extents = node.path("shape");
    JsonNode offsets = node.path("data_offsets");
    if (!extents.isArray() || extents.size() > 8 || !offsets.isArray() || offsets.size() != 2) {
      throw Damage.of(path, "tensor " + name + " has no readable shape or data_offsets");
    }
    int[] shape = new int[extents.size()];
    long count = 1;
    for (int i = 0; i < shape.length; i++) {
      if (!extents.get(i).isInt() || extents.get(i).intValue() < 0) {
        throw Damage.of(path, "tensor " + name + " has the extent " + extents.get(i));
      }
      shape[i] = extents.get(i).intValue();
      count *= shape[i];
      if (count > Integer.MAX_VALUE) {
        throw Damage.of(path, "tensor " + name + " is larger than this program can read");
      }
    }
    JsonNode begin = offsets.get(0);
    JsonNode end = offsets.get(1);
    if (!begin.isIntegralNumber()
        || !end.isIntegralNumber()
        || !begin.canConvertToLong()
        || !end.canConvertToLong()) {
      throw Damage.of(path, "tensor " + name + " has the data_offsets " + offsets);
    }
    long from = begin.longValue();
    long to = end.longValue();
    if (from < 0 || to < from || to > dataBytes || to - from != count * Float.BYTES) {
      throw Damage.of(
          path,
          "tensor "
              + name
              + " of shape "
              + Arrays.toString(shape)
              + " lies at bytes "
              + from
              + " to "
              + to
              + " of "
              + dataBytes);
    }
    return new Place(shape, from, to);
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /** Names of the tensors, in the order of the header. */
  public Set<String> names() {
    return Collections.unmodifiableSet(places.keySet());
  }

  /** Whether there is a tensor of this name. */
  public boolean has(String name) {
    return places.containsKey(name);
  }

  /** The texts in the header. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * The extents of a tensor.
   *
   * @throws InputException if there is none of this name
   */
  public int[] shape(String name) {
    return place(name).shape().clone();
  }

  /**
   * A copy of a tensor.
   *
   * @throws InputException if there is none of this name
   */
  public Tensor tensor(String name) {
    Place place = place(name);
    float[] values =
        data.asSlice(place.from(), place.to() - place.from()).toArray(NpyMapping.FLOAT);
    return new Tensor(place.shape().clone(), values);
  }

  private Place place(String name) {
    Place place = places.get(name);
    if (place == null) {
      throw Damage.of(path, "it has no tensor " + name);
    }
    return place;
  }
}
