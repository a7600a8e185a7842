package io.encodectr.ingest;

import io.encodectr.file.InputException;
import io.encodectr.file.Sha256;
import io.encodectr.log.CsvDialect;
import io.encodectr.log.InputFile;
import io.encodectr.progress.Progress;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * One pass over a text file before DuckDB reads it: its checksum, its first line and how many lines
 * it has. DuckDB can lose rows without a word (an unclosed quote swallowed 5% of a file and was one
 * reject), so the number of lines is what its rows are held against.
 *
 * @param firstLine the first line, without a byte order mark
 * @param lines physical lines, the last one included if it is not ended
 * @param emptyLines lines without any character
 * @param blankLines lines with white space at most, the empty ones included
 * @param lineFeeds lines ended by LF alone
 * @param carriageReturns lines ended by CR alone
 * @param both lines ended by CR LF
 */
record InputScan(
    String firstLine,
    long lines,
    long emptyLines,
    long blankLines,
    long lineFeeds,
    long carriageReturns,
    long both) {
  private static final int BUFFER = 1 << 18;
  private static final int LONGEST_FIRST_LINE = 1 << 20;

  /**
   * Scans a file.
   *
   * @param dialect tells the encoding
   * @param sha256 gets the file's bytes as they are on disk
   * @param progress is advanced by bytes on disk
   * @throws InputException if the file is empty, no whole gzip, or UTF-16
   */
  static InputScan of(InputFile file, CsvDialect dialect, Sha256 sha256, Progress.Task progress)
      throws IOException {
    try (InputStream raw = new Watched(Files.newInputStream(file.path()), sha256, progress);
        InputStream in = file.gzip() ? new GZIPInputStream(raw, BUFFER) : raw) {
      Counter counter = new Counter(dialect);
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        counter.add(buffer, n);
      }
      return counter.result(file);
    } catch (EOFException | ZipException e) {
      throw new InputException(
          Files.size(file.path()) == 0
              ? file.name() + " is empty"
              : file.name()
                  + " is no whole gzip file ("
                  + e.getMessage()
                  + "); copy it again or decompress it",
          e);
    }
  }

  /** Opens a file's text, decompressed. */
  static InputStream open(InputFile file) throws IOException {
    InputStream raw = Files.newInputStream(file.path());
    return file.gzip() ? new GZIPInputStream(raw, BUFFER) : new BufferedInputStream(raw, BUFFER);
  }

  /** Whether lines end in more than one way. */
  boolean mixedLineEnds() {
    int ways = (lineFeeds > 0 ? 1 : 0) + (carriageReturns > 0 ? 1 : 0) + (both > 0 ? 1 : 0);
    return ways > 1;
  }

  /** Counts lines over chunks of a file. */
  private static final class Counter {
    private final Charset charset;
    private final StringBuilder first = new StringBuilder();
    private final java.io.ByteArrayOutputStream firstBytes = new java.io.ByteArrayOutputStream();
    private boolean firstDone;
    private long bytes;
    private long lines;
    private long emptyLines;
    private long blankLines;
    private long lineFeeds;
    private long carriageReturns;
    private long both;
    private boolean afterReturn;
    private boolean text;
    private boolean spaces;

    Counter(CsvDialect dialect) {
      charset = dialect.latin1() ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
    }

    void add(byte[] buffer, int n) {
      keepFirst(buffer, n);
      bytes += n;
      boolean seen = text;
      boolean pending = afterReturn;
      for (int i = 0; i < n; i++) {
        byte b = buffer[i];
        if ((b > '"' || b < 0) && !pending) {
          seen = true;
          continue;
        }
        text = seen;
        afterReturn = pending;
        rare(b);
        seen = text;
        pending = afterReturn;
      }
      text = seen;
      afterReturn = pending;
    }

    private void rare(byte b) {
      if (afterReturn) {
        afterReturn = false;
        if (b == '\n') {
          both++;
          endLine();
          return;
        }
        carriageReturns++;
        endLine();
      }
      if (b == '\n') {
        lineFeeds++;
        endLine();
      } else if (b == '\r') {
        afterReturn = true;
      } else if (b == ' ' || b == '\t') {
        spaces = true;
      } else {
        text = true;
      }
    }

    private void endLine() {
      lines++;
      if (!text) {
        blankLines++;
        if (!spaces) {
          emptyLines++;
        }
      }
      text = false;
      spaces = false;
    }

    private void keepFirst(byte[] buffer, int n) {
      for (int i = 0; i < n && !firstDone; i++) {
        firstDone =
            buffer[i] == '\n' || buffer[i] == '\r' || firstBytes.size() >= LONGEST_FIRST_LINE;
        if (!firstDone) {
          firstBytes.write(buffer[i]);
        }
      }
    }

    InputScan result(InputFile file) {
      if (bytes == 0) {
        throw new InputException(file.name() + " is empty");
      }
      if (afterReturn) {
        carriageReturns++;
        endLine();
      } else if (text || spaces) {
        endLine();
      }
      byte[] line = firstBytes.toByteArray();
      if (line.length >= 2 && (line[0] & line[1] & 0xfe) == 0xfe && line[0] != line[1]) {
        throw new InputException(
            file.name()
                + " is UTF-16; convert it: iconv -f UTF-16 -t UTF-8 "
                + file.path().getFileName());
      }
      first.append(new String(line, charset));
      if (!first.isEmpty() && first.charAt(0) == '\uFEFF') {
        first.deleteCharAt(0);
      }
      return new InputScan(
          first.toString(), lines, emptyLines, blankLines, lineFeeds, carriageReturns, both);
    }
  }

  /** A stream whose bytes are checksummed and counted as they are read. */
  private static final class Watched extends FilterInputStream {
    private final Sha256 sha256;
    private final Progress.Task progress;

    Watched(InputStream in, Sha256 sha256, Progress.Task progress) {
      super(in);
      this.sha256 = sha256;
      this.progress = progress;
    }

    /** GZIPInputStream reads headers and trailers byte by byte. */
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int n = in.read(bytes, offset, length);
      if (n > 0) {
        sha256.update(bytes, offset, n);
        progress.advance(n);
      }
      return n;
    }
  }
}
