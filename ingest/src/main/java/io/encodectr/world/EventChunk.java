package io.encodectr.world;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The events of a few users in a row as lines of {@code events.csv}, with the clicks of the samples
 * for {@link Tally}. Used by one thread at a time.
 */
final class EventChunk implements Journal {
  static final String HEADER = "user,item,time,click,page_view,probability\n";

  private static final int LONGEST_LINE = 96;
  private static final byte[] BEHAVIOR_END = ",1,,\n".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes = new byte[1 << 16];
  private int length;
  private byte[] user = {};
  private int[] outcomes = new int[1 << 10];
  private int exposures;
  private int rows;
  private int clicks;

  /** Simulates users first..last-1. */
  void fill(World world, int first, int last) {
    for (int index = first; index < last; index++) {
      user = Shopper.id(index).getBytes(StandardCharsets.US_ASCII);
      world.simulate(index, this);
    }
  }

  @Override
  public void behavior(int item, long time) {
    begin(item, time);
    System.arraycopy(BEHAVIOR_END, 0, bytes, length, BEHAVIOR_END.length);
    length += BEHAVIOR_END.length;
  }

  @Override
  public void exposure(int item, long time, long pageView, int millionths, boolean click) {
    begin(item, time);
    bytes[length++] = ',';
    bytes[length++] = (byte) (click ? '1' : '0');
    bytes[length++] = ',';
    bytes[length++] = 'p';
    number(pageView + 1);
    bytes[length++] = ',';
    bytes[length++] = '0';
    bytes[length++] = '.';
    for (int i = 5, rest = millionths; i >= 0; i--, rest /= 10) {
      bytes[length + i] = (byte) ('0' + rest % 10);
    }
    length += 6;
    bytes[length++] = '\n';
    if (exposures == outcomes.length) {
      outcomes = Arrays.copyOf(outcomes, 2 * exposures);
    }
    outcomes[exposures++] = millionths << 1 | (click ? 1 : 0);
    clicks += click ? 1 : 0;
  }

  private void begin(int item, long time) {
    if (bytes.length - length < LONGEST_LINE) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length);
    }
    System.arraycopy(user, 0, bytes, length, user.length);
    length += user.length;
    bytes[length++] = ',';
    bytes[length++] = 'i';
    number(item + 1L);
    bytes[length++] = ',';
    number(time);
    rows++;
  }

  private void number(long value) {
    int digits = 1;
    for (long rest = value / 10; rest > 0; rest /= 10) {
      digits++;
    }
    long rest = value;
    for (int i = digits - 1; i >= 0; i--, rest /= 10) {
      bytes[length + i] = (byte) ('0' + rest % 10);
    }
    length += digits;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  int rows() {
    return rows;
  }

  int exposures() {
    return exposures;
  }

  int clicks() {
    return clicks;
  }

  /** Of the i-th exposure: its true probability in millionths · 2 + (clicked ? 1 : 0). */
  int outcome(int i) {
    return outcomes[i];
  }
}
