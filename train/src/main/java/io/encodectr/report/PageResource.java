package io.encodectr.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Properties;

/** Texts from the class path that become part of a page. */
final class PageResource {
  private static final String ECHARTS = "META-INF/maven/org.mvnpm/echarts/pom.properties";

  private PageResource() {}

  /** A file beside the classes of this package. */
  static String ofReport(String name) {
    return of(PageResource.class.getPackageName().replace('.', '/') + "/" + name);
  }

  /** ECharts, in the version that is on the class path. */
  static String echarts() {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(of(ECHARTS)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String version = properties.getProperty("version");
    return of("META-INF/resources/_static/echarts/" + version + "/dist/echarts.min.js");
  }

  /**
   * A text, fit to stand inside a script or style element: HTML normalizes line ends before a
   * browser takes hashes, so this does it too.
   *
   * @throws IllegalStateException if it is missing, or would end the element it stands in
   */
  static String of(String path) {
    String text;
    try (InputStream in = PageResource.class.getClassLoader().getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException(
            path + " is not on the class path; build again, the report's libraries are missing");
      }
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String lower = text.toLowerCase(Locale.ROOT);
    boolean ends =
        path.endsWith(".js")
            ? lower.contains("</script") || lower.contains("<!--")
            : path.endsWith(".css") && lower.contains("</style");
    if (ends) {
      throw new IllegalStateException(path + " would end the element that it is put into");
    }
    return text;
  }
}
