package io.encodectr.spark.ingest;

import io.encodectr.dataset.DatasetInfo;
import io.encodectr.file.Sha256;
import io.encodectr.log.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Reads all input files once, one after the other, for what {@code dataset.json} says of them;
 * meant to run beside the job.
 *
 * @param format the format's name
 */
record SourceChecksum(String format, List<InputFile> files, Configuration configuration)
    implements Callable<DatasetInfo.Source> {
  private static final int BUFFER = 1 << 20;

  @Override
  public DatasetInfo.Source call() throws IOException {
    List<String> names = new ArrayList<>();
    List<Long> sizes = new ArrayList<>();
    Sha256 checksum = new Sha256();
    byte[] buffer = new byte[BUFFER];
    for (InputFile file : files) {
      Path path = new Path(file.location());
      FileSystem system = path.getFileSystem(configuration);
      names.add(file.name());
      sizes.add(system.getFileStatus(path).getLen());
      try (InputStream in = system.open(path)) {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          checksum.update(buffer, 0, n);
        }
      }
    }
    return new DatasetInfo.Source(format, names, sizes, checksum.hex());
  }
}
