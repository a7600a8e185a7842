package io.encodectr.bench.growth;

import java.util.List;
import java.util.Locale;

/**
 * One measurement.
 *
 * @param axis what grows
 * @param x how large it was meant to be; names the point
 * @param size how large it was: for histories the behaviors of a user on average
 * @param stage what was measured
 * @param work how many units of work
 * @param unit what they are
 * @param seconds of the whole process; 0 for a kernel's
 * @param micros microseconds a unit, start of the process left out where the verb tells
 * @param peakMegabytes most that was resident, mapped files included; 0 for a kernel's
 * @param anonymousMegabytes most of it that was no file
 */
record Growth(
    String axis,
    long x,
    double size,
    String stage,
    long work,
    String unit,
    double seconds,
    double micros,
    double peakMegabytes,
    double anonymousMegabytes) {
  static final String HEADER =
      "axis,x,size,stage,work,unit,seconds,micros_a_unit,peak_mb,anonymous_mb";

  String csv() {
    return String.format(
        Locale.ROOT,
        "%s,%d,%.3f,%s,%d,%s,%.3f,%.5g,%.1f,%.1f",
        axis,
        x,
        size,
        stage,
        work,
        unit,
        seconds,
        micros,
        peakMegabytes,
        anonymousMegabytes);
  }

  static Growth parse(String line) {
    List<String> f = List.of(line.split(",", -1));
    return new Growth(
        f.get(0),
        Long.parseLong(f.get(1)),
        Double.parseDouble(f.get(2)),
        f.get(3),
        Long.parseLong(f.get(4)),
        f.get(5),
        Double.parseDouble(f.get(6)),
        Double.parseDouble(f.get(7)),
        Double.parseDouble(f.get(8)),
        Double.parseDouble(f.get(9)));
  }
}
