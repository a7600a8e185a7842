package io.encodectr.load;

/** Text that is put into HTML and SVG, between tags or within a quoted attribute. */
final class Markup {
  private Markup() {}

  /** The text with everything replaced that could be taken for markup. */
  static String text(String plain) {
    StringBuilder out = new StringBuilder(plain.length());
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
    return out.toString();
  }
}
