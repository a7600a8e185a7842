package io.encodectr.bench.online;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A message in the wire format of Protocol Buffers. */
final class ProtoWriter {
  private static final int VARINT = 0;
  private static final int LENGTH = 2;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  ProtoWriter integer(int field, long value) {
    varint((long) field << 3 | VARINT);
    varint(value);
    return this;
  }

  ProtoWriter text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  ProtoWriter message(int field, ProtoWriter value) {
    return bytes(field, value.out.toByteArray());
  }

  ProtoWriter bytes(int field, byte[] value) {
    varint((long) field << 3 | LENGTH);
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  private void varint(long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      out.write((int) ((left & 0x7f) | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }

  byte[] toByteArray() {
    return out.toByteArray();
  }
}
