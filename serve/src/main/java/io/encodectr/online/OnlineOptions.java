package io.encodectr.online;

import io.encodectr.generation.StoreLocation;
import io.encodectr.http.ServerOptions;
import io.encodectr.scoring.ScoringOptions;
import io.encodectr.service.PairLocation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a service is started with.
 *
 * @param pair the first pair
 * @param events where the event log is
 * @param server how it listens
 * @param workers threads that score
 * @param queue requests that may wait for one
 * @param patience how long they may wait
 * @param staleAfter age of a generation from which answers say that it is stale; null: never
 * @param warmUp how long the first pair is warmed up before the service is ready
 * @param artifacts folders that further pairs must lie in
 * @param watch folder of pairs to be watched, or null
 * @param follow whether a new generation of the pair's store goes into service by itself
 * @param data dataset that tells the explorer whole histories; null: it shows what generations hold
 * @param scoring how models are made ready to score
 */
public record OnlineOptions(
    PairLocation pair,
    StoreLocation events,
    ServerOptions server,
    int workers,
    int queue,
    Duration patience,
    @Nullable Duration staleAfter,
    Duration warmUp,
    List<Path> artifacts,
    @Nullable Path watch,
    boolean follow,
    @Nullable Path data,
    ScoringOptions scoring) {

  /** Options with events in a folder and without a dataset, scoring as usual. */
  public OnlineOptions(
      PairLocation pair,
      Path events,
      ServerOptions server,
      int workers,
      int queue,
      Duration patience,
      @Nullable Duration staleAfter,
      Duration warmUp,
      List<Path> artifacts,
      @Nullable Path watch,
      boolean follow) {
    this(
        pair,
        StoreLocation.of(events),
        server,
        workers,
        queue,
        patience,
        staleAfter,
        warmUp,
        artifacts,
        watch,
        follow,
        null,
        ScoringOptions.DEFAULT);
  }
}
