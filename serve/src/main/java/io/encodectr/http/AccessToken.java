package io.encodectr.http;

import io.encodectr.file.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;

/** The secret that callers send as {@code Authorization: Bearer TOKEN}. Immutable, thread-safe. */
public final class AccessToken {
  private static final int SHORTEST = 16;
  private static final int LONGEST = 1024;
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~+/=-]+");
  private static final String SCHEME = "Bearer ";

  private final byte[] digest;

  private AccessToken(String token) {
    digest = digest(token);
  }

  /**
   * Reads the token from a file that holds nothing else.
   *
   * @throws InputException if the file cannot be read, or holds no token of 16 to 1024 characters
   */
  public static AccessToken read(Path file) {
    String token;
    try {
      if (Files.size(file) > 2 * LONGEST) {
        throw new InputException(file + " is too large to hold a token");
      }
      token = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    } catch (IOException e) {
      throw new InputException("cannot read the token file " + file, e);
    }
    if (token.length() < SHORTEST || token.length() > LONGEST || !FORM.matcher(token).matches()) {
      throw new InputException(
          file
              + " holds no token: it needs one line of "
              + SHORTEST
              + " to "
              + LONGEST
              + " letters, digits and ._~+/=-; `openssl rand -hex 32` makes one");
    }
    return new AccessToken(token);
  }

  /**
   * Whether a header's value carries the token. Takes the same time for any wrong one.
   *
   * @param authorization the header's value
   */
  boolean isIn(String authorization) {
    boolean scheme = authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    String given = scheme ? authorization.substring(SCHEME.length()).strip() : "";
    return MessageDigest.isEqual(digest, digest(given));
  }

  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
