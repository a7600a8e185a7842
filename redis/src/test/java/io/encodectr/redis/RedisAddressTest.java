package io.encodectr.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.InputException;
import io.encodectr.generation.StoreLocation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.HostAndPort;

/** Addresses of servers. */
class RedisAddressTest {
  private static RedisAddress parse(String text) {
    return RedisAddress.parse(text, Map.of());
  }

  @Test
  void whatIsLeftOutHasADefault() {
    RedisAddress address = parse("redis://example.org");
    assertThat(address.nodes()).containsExactly(new HostAndPort("example.org", 6379));
    assertThat(address.tls()).isFalse();
    assertThat(address.user()).isNull();
    assertThat(address.password()).isNull();
    assertThat(address.database()).isZero();
    assertThat(address.prefix()).isEqualTo("encode");
    assertThat(address.timeout()).isEqualTo(Duration.ofMillis(20));
  }

  @Test
  void everythingCanBeSaid() {
    RedisAddress address =
        parse(
            "rediss://reader:p%40ss:w+rd@a:7001,[::1]:7002,10.0.0.3/2?prefix=shop.v2&timeout=8ms");
    assertThat(address.nodes())
        .containsExactly(
            new HostAndPort("a", 7001),
            new HostAndPort("::1", 7002),
            new HostAndPort("10.0.0.3", 6379));
    assertThat(address.tls()).isTrue();
    assertThat(address.user()).isEqualTo("reader");
    assertThat(address.password()).isEqualTo("p@ss:w+rd");
    assertThat(address.database()).isEqualTo(2);
    assertThat(address.prefix()).isEqualTo("shop.v2");
    assertThat(address.timeout()).isEqualTo(Duration.ofMillis(8));
    assertThat(address.toString()).doesNotContain("reader").doesNotContain("ss:w");
  }

  @Test
  void aPasswordMayComeFromTheEnvironmentOrAFile(@TempDir Path folder) throws Exception {
    Map<String, String> environment = Map.of(RedisAddress.PASSWORD, "from outside");
    assertThat(RedisAddress.parse("redis://a", environment).password()).isEqualTo("from outside");
    assertThat(RedisAddress.parse("redis://:own@a", environment).password()).isEqualTo("own");
    Path file = Files.writeString(folder.resolve("password"), "in a file\n");
    assertThat(RedisAddress.parse("redis://a?password-file=" + file, environment).password())
        .isEqualTo("in a file");
    assertThatThrownBy(() -> parse("redis://a?password-file=" + folder.resolve("none")))
        .isInstanceOf(InputException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://",
        "redis://a:0",
        "redis://a:70000",
        "redis://a:b",
        "redis://a,,b",
        "redis://se:cret@a/x",
        "redis://secret@a",
        "redis://a?prefix=",
        "redis://a?prefix={x}",
        "redis://a?prefix=a:b",
        "redis://a?timeout=0ms",
        "redis://a?timeout=1s",
        "redis://a?timeout=99999ms",
        "redis://:secret@a?color=red",
        "redis://a?password=secret"
      })
  void whatIsNoneIsRefusedWithoutItsPassword(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("redis://")
        .hasMessageNotContaining("cret");
  }

  @Test
  void foldersAndAddressesAreToldApart() {
    assertThat(StoreLocation.parse("store/").isFolder()).isTrue();
    assertThat(StoreLocation.parse("REDIS://a").isFolder()).isFalse();
    assertThat(StoreLocation.parse("rediss://u:p/w?d@a/1")).hasToString("rediss://a/1");
    assertThat(StoreLocation.parse("redis://a")).isEqualTo(StoreLocation.parse("redis://a"));
    assertThatThrownBy(() -> StoreLocation.parse("redis://u:secret@a").folder())
        .isInstanceOf(InputException.class)
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> StoreLocation.parse("store/").address())
        .isInstanceOf(InputException.class);
  }
}
