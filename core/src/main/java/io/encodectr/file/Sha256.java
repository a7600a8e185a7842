package io.encodectr.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 checksum in the making. Not thread-safe. */
public final class Sha256 {
  private static final int BUFFER = 1 << 18;

  private final MessageDigest digest;

  /** A checksum of nothing yet. */
  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Adds bytes [offset, offset + count). */
  public Sha256 update(byte[] bytes, int offset, int count) {
    digest.update(bytes, offset, count);
    return this;
  }

  /** Adds all bytes. */
  public Sha256 update(byte[] bytes) {
    digest.update(bytes);
    return this;
  }

  /** Adds the remaining bytes of a buffer. */
  public Sha256 update(ByteBuffer bytes) {
    digest.update(bytes);
    return this;
  }

  /** Adds a text in UTF-8. */
  public Sha256 update(String text) {
    return update(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds the content of a file. */
  public Sha256 update(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
      while (channel.read(buffer) >= 0) {
        buffer.flip();
        digest.update(buffer);
        buffer.clear();
      }
      return this;
    } catch (NoSuchFileException e) {
      throw Damage.missing(file, e);
    }
  }

  /** The checksum, 64 lower-case hexadecimal digits; the next one begins anew. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The checksum of a file's content. */
  public static String of(Path file) throws IOException {
    return new Sha256().update(file).hex();
  }

  /** The checksum of some bytes. */
  public static String of(byte[] bytes) {
    return new Sha256().update(bytes).hex();
  }
}
