package io.encodectr.bench.online;

/** One way of scoring a request. One thread. */
interface Contender extends AutoCloseable {
  /** What it is called in the table. */
  String name();

  /** Multiply-adds that a candidate needs at least; see {@link MultiplyAdds}. */
  long multiplyAdds();

  /** Takes a request's user and candidates: all that is ready before the clock starts. */
  void take(OnlineRequest request);

  /** Scores the candidates of the request taken last: what is timed. */
  void score(float[] logits);

  @Override
  void close();
}
