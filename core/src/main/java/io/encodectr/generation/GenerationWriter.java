package io.encodectr.generation;

import io.encodectr.file.Json;
import io.encodectr.file.OutputFile;
import io.encodectr.file.Sha256;
import io.encodectr.interest.InterestPrecision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Writes a generation's folder from records in any order of users. Streams; holds 12 bytes a user.
 * Not thread-safe.
 */
final class GenerationWriter implements AutoCloseable {
  private final Path folder;
  private final GenerationHeader header;
  private final OutputFile out;
  private final Sha256 digest = new Sha256();
  private final CRC32C indexChecksum = new CRC32C();
  private final long[] positions;
  private long position;
  private int written;

  /**
   * Starts {@code interests.bin} in a folder that exists.
   *
   * @param header with its final counts
   */
  GenerationWriter(Path folder, GenerationHeader header) throws IOException {
    this.folder = folder;
    this.header = header;
    positions = new long[Math.toIntExact(header.users())];
    out = OutputFile.create(folder.resolve(Generation.FILE));
    put(header.encode());
  }

  /** Appends the records of the next users, in user order. */
  void append(RecordBlock block) throws IOException {
    for (int length : block.lengths()) {
      positions[written++] = position;
      position += length;
    }
    position -= block.records().remaining();
    put(block.records());
  }

  /**
   * Writes index, footer and manifest and forces all of it to disk.
   *
   * @param users whose records were appended, in their order
   * @param method the model's method
   * @return the manifest written
   */
  GenerationManifest finish(GenerationUsers users, String method, GenerationOrigin origin)
      throws IOException {
    if (written != positions.length) {
      throw new IllegalStateException(written + " records of " + positions.length + " users");
    }
    long recordsEnd = position;
    put(ByteBuffer.allocate((int) (-position & 7)));
    long indexStart = position;
    long idBytes = 0;
    putIndexed(0);
    int[] sorted = users.sorted();
    for (int user : sorted) {
      idBytes += users.utf8(user).length;
      putIndexed(idBytes);
    }
    for (int user : sorted) {
      putIndexed(positions[user]);
    }
    for (int user : sorted) {
      byte[] id = users.utf8(user);
      indexChecksum.update(id);
      put(ByteBuffer.wrap(id));
    }
    long length = position + GenerationFooter.BYTES;
    put(
        new GenerationFooter(
                recordsEnd, indexStart, idBytes, length, (int) indexChecksum.getValue())
            .encode());
    out.force();
    GenerationManifest manifest =
        new GenerationManifest(
            header.version(),
            GenerationManifest.KIND,
            header.modelFingerprint(),
            method,
            origin.datasetFingerprint(),
            header.asOf(),
            header.users(),
            header.usersWithoutHistory(),
            header.interests(),
            header.items(),
            length,
            digest.hex(),
            origin.createdBy(),
            header.precision() == InterestPrecision.FLOAT32 ? null : header.precision().label(),
            origin.warmStarted() ? true : null,
            origin.logEnd(),
            origin.eventsLog(),
            origin.eventsThrough(),
            origin.forgottenThrough(),
            null);
    Json.write(folder.resolve(GenerationManifest.FILE), manifest);
    return manifest;
  }

  private void putIndexed(long value) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).flip();
    indexChecksum.update(bytes.array());
    put(bytes);
  }

  private void put(ByteBuffer bytes) throws IOException {
    int offset = bytes.arrayOffset() + bytes.position();
    digest.update(bytes.array(), offset, bytes.remaining());
    out.put(bytes.array(), offset, bytes.remaining());
    position += bytes.remaining();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
