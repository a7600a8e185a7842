package io.encodectr.ingest;

import io.encodectr.log.WholeNumber;
import java.io.IOException;

/**
 * Tables that give each distinct text a code from 0 on: columns {@code id} and {@code code}. Texts
 * that are all whole numbers are ordered as numbers, otherwise by their UTF-8 bytes, so that codes
 * depend on nothing but the set of texts.
 */
final class Codes {
  private Codes() {}

  /**
   * Makes a table.
   *
   * @param name its name
   * @param distinct a query of one column {@code id} without repetitions or nulls
   * @return the number of codes
   */
  static int create(Database database, String name, String distinct) throws IOException {
    String plain = name + "_texts";
    database.run("CREATE TEMP TABLE " + plain + " AS " + distinct);
    boolean numbers =
        database.number("SELECT count(*) FROM " + plain + " WHERE NOT " + wholeNumber("id")) == 0;
    String order = numbers ? "CAST(id AS BIGINT)" : "id";
    database.run(
        "CREATE TEMP TABLE "
            + name
            + " AS SELECT CAST(row_number() OVER (ORDER BY "
            + order
            + ") - 1 AS INTEGER) AS code, id FROM "
            + plain);
    database.run("DROP TABLE " + plain);
    return (int) database.number("SELECT count(*) FROM " + name);
  }

  /**
   * SQL that tells whether a text is a whole number as ids are compared. A cast would not do: it
   * rounds 1.5 and ignores spaces.
   */
  static String wholeNumber(String text) {
    return "regexp_full_match(" + text + ", '" + WholeNumber.PATTERN + "')";
  }
}
