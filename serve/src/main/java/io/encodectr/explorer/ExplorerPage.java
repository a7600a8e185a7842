package io.encodectr.explorer;

import io.encodectr.file.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files of the page. They hold no data: the page asks for it. Only the files listed here are
 * served, so no path leads elsewhere. Immutable and thread-safe.
 */
public final class ExplorerPage {
  /** What the page may do: run and show its own files, ask its own service, nothing else. */
  public static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final List<String> FILES =
      List.of(
          "index.html",
          "explorer.css",
          "icon.svg",
          "theme.js",
          "main.js",
          "api.js",
          "address.js",
          "elements.js",
          "words.js",
          "combobox.js",
          "timeline.js",
          "map.js",
          "cluster.js",
          "flow.js",
          "recent.js",
          "target.js",
          "butterfly.js",
          "generations.js",
          "keys.js",
          "tooltip.js");

  private final Map<String, Asset> assets = new LinkedHashMap<>();

  /**
   * A file.
   *
   * @param type its media type
   * @param etag changes with its bytes; quoted
   */
  @SuppressWarnings("ArrayRecordComponent") // Sent as it is; never compared.
  public record Asset(byte[] bytes, String type, String etag) {}

  /** Reads the files from the class path. */
  public ExplorerPage() {
    for (String file : FILES) {
      byte[] bytes = read("page/" + file);
      assets.put(file, new Asset(bytes, type(file), '"' + Sha256.of(bytes).substring(0, 16) + '"'));
    }
  }

  private static byte[] read(String name) {
    try (InputStream in = ExplorerPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path; build again");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String type(String file) {
    return switch (file.substring(file.lastIndexOf('.') + 1)) {
      case "html" -> "text/html; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      case "svg" -> "image/svg+xml";
      default -> throw new IllegalStateException("no media type for " + file);
    };
  }

  /**
   * A file of the page.
   *
   * @param path below {@code /explorer/}; empty for the page itself
   * @return null if there is none
   */
  public @Nullable Asset asset(String path) {
    return assets.get(path.isEmpty() ? "index.html" : path);
  }

  /** Headers that every file is sent with. */
  public static Map<String, String> headers() {
    return Map.of(
        "Content-Security-Policy",
        POLICY,
        "Referrer-Policy",
        "no-referrer",
        "X-Content-Type-Options",
        "nosniff",
        "Cache-Control",
        "no-cache",
        "Cross-Origin-Opener-Policy",
        "same-origin");
  }
}
