package io.encodectr.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChecksumTest {
  @TempDir Path folder;

  /** Published values of XXH64 with seed 0. */
  @ParameterizedTest
  @CsvSource({
    "'', ef46db3751d8e999",
    "a, d24ec4f1a98c6e5b",
    "as, 1c330fb2d66be179",
    "asd, 631c37ce72a97393",
    "asdf, 415872f599cea71e",
    "Call me Ishmael. Some years ago--never mind how long precisely-, 02a2e85470d6fd96"
  })
  void hash64IsXxh64(String text, String expected) {
    long hash = Hash64.of(text.getBytes(StandardCharsets.UTF_8));
    assertThat(String.format("%016x", hash)).isEqualTo(expected);
  }

  @Test
  void sha256OfPartsIsThatOfTheWhole() throws Exception {
    String abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assertThat(Sha256.of("abc".getBytes(StandardCharsets.UTF_8))).isEqualTo(abc);
    Path file = Files.writeString(folder.resolve("x"), "bc");
    assertThat(new Sha256().update("a").update(file).hex()).isEqualTo(abc);
    assertThat(Sha256.of(Files.writeString(folder.resolve("x"), "abc"))).isEqualTo(abc);
  }
}
