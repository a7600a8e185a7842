package io.encodectr.assembly;

import java.io.Serializable;

/** What {@link HistoryWriter} wrote. Not thread-safe. */
public final class HistoryTotals implements Serializable {
  private static final long serialVersionUID = 1L;

  private long users;
  private long behaviors;
  private long trainSamples;
  private long testSamples;
  private long trainPositives;
  private long testPositives;
  private long historySum;
  private long samplesWithoutHistory;
  private long usersWithoutBehaviors;
  private long missingNegatives;
  private long firstTime = Long.MAX_VALUE;
  private long lastTime = Long.MIN_VALUE;

  void at(long time) {
    firstTime = Math.min(firstTime, time);
    lastTime = Math.max(lastTime, time);
  }

  void endUser(long behaviorsSoFar) {
    users++;
    usersWithoutBehaviors += behaviorsSoFar == behaviors ? 1 : 0;
    behaviors = behaviorsSoFar;
  }

  void missNegatives(int count) {
    missingNegatives += count;
  }

  void take(SampleWriter train, SampleWriter test) {
    trainSamples = train.count();
    testSamples = test.count();
    trainPositives = train.positives();
    testPositives = test.positives();
    historySum = train.historySum() + test.historySum();
    samplesWithoutHistory = train.withoutHistory() + test.withoutHistory();
  }

  /** Adds the totals of other users. */
  public void add(HistoryTotals other) {
    users += other.users;
    behaviors += other.behaviors;
    trainSamples += other.trainSamples;
    testSamples += other.testSamples;
    trainPositives += other.trainPositives;
    testPositives += other.testPositives;
    historySum += other.historySum;
    samplesWithoutHistory += other.samplesWithoutHistory;
    usersWithoutBehaviors += other.usersWithoutBehaviors;
    missingNegatives += other.missingNegatives;
    firstTime = Math.min(firstTime, other.firstTime);
    lastTime = Math.max(lastTime, other.lastTime);
  }

  /** Number of users written. */
  public long users() {
    return users;
  }

  /** Number of behaviors. */
  public long behaviors() {
    return behaviors;
  }

  /** Samples up to the split. */
  public long trainSamples() {
    return trainSamples;
  }

  /** Samples after the split. */
  public long testSamples() {
    return testSamples;
  }

  /** Training samples with label 1. */
  public long trainPositives() {
    return trainPositives;
  }

  /** Test samples with label 1. */
  public long testPositives() {
    return testPositives;
  }

  /** Sum of the lengths of all samples' histories. */
  public long historySum() {
    return historySum;
  }

  /** Samples whose user has no behavior before. */
  public long samplesWithoutHistory() {
    return samplesWithoutHistory;
  }

  /** Users without a behavior. */
  public long usersWithoutBehaviors() {
    return usersWithoutBehaviors;
  }

  /** Negatives that could not be drawn. */
  public long missingNegatives() {
    return missingNegatives;
  }

  /** The earliest behavior or sample, seconds since the epoch. */
  public long firstTime() {
    return firstTime;
  }

  /** The latest behavior or sample, seconds since the epoch. */
  public long lastTime() {
    return lastTime;
  }
}
