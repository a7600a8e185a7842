package io.encodectr.cli;

import io.encodectr.generation.Store;
import io.encodectr.generation.StoreLocation;
import io.encodectr.redis.FolderPublication;
import io.encodectr.redis.RedisStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code encode publish}. */
@Command(
    name = "publish",
    description = {
      "Publishes a store's interests on Redis or Valkey, for any number of machines to score with.",
      "",
      "Services that follow the shared store take the new generation in one step; the old one stays"
          + " until none has it open. A password is better given by the environment variable"
          + " ENCODE_REDIS_PASSWORD, or by password-file=FILE in the address."
    })
final class PublishCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--store",
      required = true,
      paramLabel = "FOLDER",
      description = "The store whose generation in use is published.")
  private Path store;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "URL",
      description =
          "The server, or some nodes of a cluster:"
              + " redis[s]://[USER:PASSWORD@]HOST[:PORT][,HOST:PORT...][/DB][?prefix=NAME].")
  private String server;

  @Option(
      names = "--keep",
      paramLabel = "N",
      defaultValue = "" + FolderPublication.KEPT,
      description =
          "Lets all but the last N generations on the server expire (default: ${DEFAULT-VALUE});"
              + " 0: keeps all.")
  private int keep;

  @Override
  public Integer call() throws IOException {
    Store from = Store.open(store);
    try (RedisStore to = RedisStore.open(StoreLocation.parse(server))) {
      FolderPublication.Result result =
          new FolderPublication(from, to).run(keep, common.progress());
      Map<String, Object> printed = new LinkedHashMap<>();
      printed.put("generation", result.generation());
      printed.put("users", result.users());
      printed.put("bytes", result.bytes());
      printed.put("written", result.written());
      printed.put("users_per_second", result.usersPerSecond());
      printed.put("published_to", to.location().toString());
      common.printer().print(printed);
      common
          .printer()
          .remark(
              "Next: ./encode serve --model MODEL --store %s --events EVENTS"
                  .formatted(to.location()));
    }
    return Encode.DONE;
  }
}
