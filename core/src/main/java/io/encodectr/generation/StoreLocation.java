package io.encodectr.generation;

import io.encodectr.file.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a store is: a folder, or the address of a server such as {@code redis://host:6379}. Its
 * text shows no password. Immutable.
 */
public final class StoreLocation {
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://");
  private static final Pattern PREFIX = Pattern.compile("[?&](prefix=[^&]*)");

  private final @Nullable Path folder;
  private final @Nullable String address;

  private StoreLocation(@Nullable Path folder, @Nullable String address) {
    this.folder = folder;
    this.address = address;
  }

  /** A folder. */
  public static StoreLocation of(Path folder) {
    return new StoreLocation(folder, null);
  }

  /**
   * What a user typed: an address if it begins with a scheme of a server, else a folder.
   *
   * @throws InputException if it begins with another scheme; only that is shown, as the rest may
   *     hold a password
   */
  public static StoreLocation parse(String text) {
    if (isAddress(text)) {
      return new StoreLocation(null, text);
    }
    Matcher scheme = SCHEME.matcher(text);
    if (scheme.lookingAt()) {
      throw new InputException(
          "a store is a folder or on redis:// or rediss://, not on " + scheme.group());
    }
    return of(Path.of(text));
  }

  /** Whether a text is the address of a server. */
  public static boolean isAddress(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.startsWith("redis://") || lower.startsWith("rediss://");
  }

  /** Whether it is a folder of this machine. */
  public boolean isFolder() {
    return folder != null;
  }

  /**
   * The folder.
   *
   * @throws InputException if it is no folder
   */
  public Path folder() {
    if (folder == null) {
      throw new InputException(this + " is a shared store; this needs the folder of a store");
    }
    return folder;
  }

  /**
   * The address, which may hold a password: not to be shown.
   *
   * @throws InputException if it is a folder
   */
  public String address() {
    if (address == null) {
      throw new InputException(
          this + " is a folder; this needs the address of a shared store, redis://HOST:PORT");
    }
    return address;
  }

  /** The same place with all links of a folder resolved. */
  public StoreLocation resolved() throws IOException {
    return folder == null ? this : of(folder.toRealPath());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StoreLocation that
        && Objects.equals(folder, that.folder)
        && Objects.equals(address, that.address);
  }

  @Override
  public int hashCode() {
    return Objects.hash(folder, address);
  }

  /** The folder, or the address without user, password and all parameters but the prefix. */
  @Override
  public String toString() {
    if (address == null) {
      return String.valueOf(folder);
    }
    int from = address.indexOf("://") + 3;
    // A password may hold any character that a careless user did not escape.
    int at = address.lastIndexOf('@');
    String rest = at < from ? address.substring(from) : address.substring(at + 1);
    int question = rest.indexOf('?');
    String place = question < 0 ? rest : rest.substring(0, question);
    Matcher prefix = PREFIX.matcher(question < 0 ? "" : rest.substring(question));
    return address.substring(0, from) + place + (prefix.find() ? "?" + prefix.group(1) : "");
  }
}
