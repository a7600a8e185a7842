package io.encodectr.progress;

/** A task nobody watches. */
record SilentTask() implements Progress.Task {
  @Override
  public void advance(long n) {}

  @Override
  public void note(String text) {}

  @Override
  public void close() {}
}
