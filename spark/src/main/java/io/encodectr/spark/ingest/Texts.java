package io.encodectr.spark.ingest;

import java.util.Iterator;
import java.util.function.LongConsumer;

/**
 * The texts of counted ids, with a look at each count on the way.
 *
 * @param counts gets the number of events of each
 */
record Texts(Iterator<Survey.Counted> ids, LongConsumer counts) implements Iterator<String> {
  @Override
  public boolean hasNext() {
    return ids.hasNext();
  }

  @Override
  public String next() {
    Survey.Counted id = ids.next();
    counts.accept(id.events());
    return id.text();
  }
}
