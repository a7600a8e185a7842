package io.encodectr.spark.extract;

import io.encodectr.dataset.Dataset;
import io.encodectr.generation.ExtractionJob;
import io.encodectr.interest.InterestPrecision;
import io.encodectr.model.Model;
import io.encodectr.scoring.ModelItems;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an executor needs to know to take part in an extraction; paths are the same everywhere.
 *
 * @param run tells one run from the next: its tombstones may be others
 */
record Shared(
    String data,
    String model,
    String store,
    @Nullable Long asOf,
    InterestPrecision precision,
    UUID run)
    implements Serializable {
  /** The job, as an executor sees it. */
  ExtractionJob job(Dataset dataset) throws IOException {
    return job(dataset, new ExtractionJob.Options(asOf, 1, true, 0).with(precision));
  }

  /** The job. */
  ExtractionJob job(Dataset dataset, ExtractionJob.Options options) throws IOException {
    Model loaded = Model.load(Path.of(model));
    return new ExtractionJob(
        dataset, loaded, ModelItems.of(loaded).table(), Path.of(store), options);
  }
}
