package io.encodectr.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A script that runs on a server in one step: nobody sees half of it. One that fails undoes
 * nothing. Immutable.
 */
public final class RedisScript {
  private final byte[] text;

  /** A script of some parts, one behind the other. */
  public RedisScript(String... parts) {
    text = String.join("\n", parts).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The script with what it is about.
   *
   * @param keys at least one, all of one slot
   */
  public Call call(List<byte[]> keys, List<byte[]> arguments) {
    return new Call(text, keys, arguments);
  }

  /** A script, keys of one slot, and arguments. */
  public static final class Call {
    final byte[] script;
    final List<byte[]> keys;
    final List<byte[]> arguments;

    private Call(byte[] script, List<byte[]> keys, List<byte[]> arguments) {
      this.script = script;
      this.keys = List.copyOf(keys);
      this.arguments = List.copyOf(arguments);
    }

    /** A key, which tells the node of a cluster. */
    byte[] key() {
      return keys.getFirst();
    }
  }
}
