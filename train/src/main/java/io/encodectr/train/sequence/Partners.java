package io.encodectr.train.sequence;

import java.util.Arrays;

/**
 * The behaviors that one history's metric loss is about: anchors first, then whatever else partners
 * are; and each anchor's partners among all of them. Buffers grow; one instance a shard.
 */
public final class Partners {
  private int[] rows = {};
  private int[] partners = {};
  private int[] anchorOf = {};
  private int size;
  private int anchors;
  private int each;

  /** Starts over, without behaviors. */
  public void begin() {
    size = 0;
    anchors = 0;
    each = 0;
  }

  /** Adds a behavior by its item row; returns its number. */
  public int add(int row) {
    if (size == rows.length) {
      rows = Arrays.copyOf(rows, Math.max(256, 2 * size));
    }
    rows[size] = row;
    return size++;
  }

  /** Makes anchors of all behaviors so far, each with so many partners, to be set. */
  void anchors(int partnersEach) {
    anchors = size;
    each = partnersEach;
    if (partners.length < anchors * each) {
      partners = new int[anchors * each * 3 / 2];
      anchorOf = new int[partners.length];
    }
  }

  /** Sets partner q of anchor i to the behavior of a number. */
  void partner(int i, int q, int number) {
    partners[i * each + q] = number;
    anchorOf[i * each + q] = i;
  }

  /** Item rows of the behaviors, {@code [size]}. */
  public int[] rows() {
    return rows;
  }

  /** Number of behaviors. */
  public int size() {
    return size;
  }

  /** Number of anchors; they are the first behaviors. */
  public int anchors() {
    return anchors;
  }

  /** Number of partners of each anchor. */
  public int each() {
    return each;
  }

  /** Numbers of the partners, {@code [anchors × each]}. */
  public int[] partners() {
    return partners;
  }

  /** Numbers of their anchors, {@code [anchors × each]}. */
  int[] anchorOf() {
    return anchorOf;
  }
}
