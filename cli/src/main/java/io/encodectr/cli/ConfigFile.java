package io.encodectr.cli;

import io.encodectr.file.InputException;
import io.encodectr.file.Spelling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * A verb's options from a YAML file: {@code epochs: 2} is {@code --epochs 2}. Values on the command
 * line win over those of the file. An unknown key is an error that names the nearest known one.
 */
final class ConfigFile implements CommandLine.IDefaultValueProvider {
  static final String OPTION = "--config";

  private static final Set<String> NOT_KEYS = Set.of("help", "config", "version");

  private final Path file;
  private final Map<String, Setting> settings;

  /** One key's value as it would stand on the command line, and the line it was read from. */
  private record Setting(List<String> values, boolean list, int line) {}

  private ConfigFile(Path file, Map<String, Setting> settings) {
    this.file = file;
    this.settings = settings;
  }

  /**
   * Gives a verb the defaults of the configuration file named among its arguments, if there is one.
   *
   * @throws InputException if the file cannot be read or holds anything but options of the verb
   */
  static void use(CommandLine verb, List<String> arguments, FailureReport failures) {
    String name = fileName(arguments);
    if (name == null) {
      return;
    }
    Path file = Path.of(name);
    Map<String, OptionSpec> options = options(verb);
    Map<String, Setting> settings = read(file);
    for (var entry : settings.entrySet()) {
      check(file, verb.getCommandName(), entry.getKey(), entry.getValue(), options);
    }
    Setting verbose = settings.get("verbose");
    if (verbose != null && verbose.values.stream().allMatch("true"::equalsIgnoreCase)) {
      LogConfigurator.configure(true);
      failures.showTraces();
    }
    Set<String> given = given(arguments);
    // A flag on the command line flips its default, so what is given there must have none.
    options.forEach((key, option) -> {
      for (String spelled : option.names()) {
        if (given.contains(spelled)) {
          settings.remove(key);
        }
      }
    });
    var config = new ConfigFile(file, settings);
    verb.setDefaultValueProvider(config);
    failures.explainWith(config::origin);
  }

  private static @Nullable String fileName(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.equals("--")) {
        return null;
      }
      if (argument.equals(OPTION) && i + 1 < arguments.size()) {
        return arguments.get(i + 1);
      }
      if (argument.startsWith(OPTION + "=")) {
        return argument.substring(OPTION.length() + 1);
      }
    }
    return null;
  }

  private static Set<String> given(List<String> arguments) {
    var given = new HashSet<String>();
    for (String argument : arguments) {
      if (argument.equals("--")) {
        break;
      }
      int equals = argument.indexOf('=');
      given.add(equals < 0 ? argument : argument.substring(0, equals));
    }
    return given;
  }

  private static Map<String, OptionSpec> options(CommandLine verb) {
    var options = new TreeMap<String, OptionSpec>();
    for (OptionSpec option : verb.getCommandSpec().options()) {
      String key = key(option);
      if (!NOT_KEYS.contains(key)) {
        options.put(key, option);
      }
    }
    return options;
  }

  private static String key(OptionSpec option) {
    return option.longestName().replaceFirst("^-+", "");
  }

  private static void check(
      Path file, String verb, String key, Setting setting, Map<String, OptionSpec> options) {
    OptionSpec option = options.get(key);
    if (option == null) {
      String nearest = Spelling.nearest(key.replace('_', '-'), options.keySet());
      String remedy =
          nearest == null
              ? "; 'encode " + verb + " --help' lists them."
              : "; did you mean '" + nearest + "'?";
      throw new InputException(
          "%s, line %d: 'encode %s' has no option '%s'%s"
              .formatted(file, setting.line, verb, key, remedy));
    }
    if (setting.list && (!option.isMultiValue() || option.splitRegex().isEmpty())) {
      throw new InputException(
          "%s, line %d: '%s' takes one value, not a list.".formatted(file, setting.line, key));
    }
  }

  private static Map<String, Setting> read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InputException(file + ": no such configuration file (" + OPTION + ").");
    }
    try (JsonParser parser = YAMLMapper.shared().createParser(file)) {
      JsonToken token = parser.nextToken();
      if (token == null) {
        return new LinkedHashMap<>();
      }
      if (token != JsonToken.START_OBJECT) {
        throw new InputException(file + ": a configuration file holds lines like 'seed: 7'.");
      }
      return settings(file, parser);
    } catch (JacksonException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new InputException(
          "%s, line %d: not YAML: %s".formatted(file, line, e.getOriginalMessage()), e);
    }
  }

  private static Map<String, Setting> settings(Path file, JsonParser parser) {
    var settings = new LinkedHashMap<String, Setting>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      int line = parser.currentTokenLocation().getLineNr();
      JsonToken value = parser.nextToken();
      var values = new ArrayList<String>();
      if (value == JsonToken.START_ARRAY) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          values.add(scalar(file, line, key, parser));
        }
      } else {
        values.add(scalar(file, line, key, parser));
      }
      if (settings.put(key, new Setting(values, value == JsonToken.START_ARRAY, line)) != null) {
        throw new InputException("%s, line %d: '%s' is given twice.".formatted(file, line, key));
      }
    }
    return settings;
  }

  private static String scalar(Path file, int line, String key, JsonParser parser) {
    JsonToken token = parser.currentToken();
    if (token == null || !token.isScalarValue() || token == JsonToken.VALUE_NULL) {
      throw new InputException(
          "%s, line %d: '%s' needs a plain value, such as '%s: 1'."
              .formatted(file, line, key, key));
    }
    return parser.getString();
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)) {
      return null;
    }
    Setting setting = settings.get(key(option));
    // Lists are split again by the option itself; all our options split at commas.
    return setting == null ? null : String.join(",", setting.values);
  }

  /** Where a value came from, to end a message with, or nothing if it is not from this file. */
  private String origin(ArgSpec argument) {
    Setting setting = argument instanceof OptionSpec option ? settings.get(key(option)) : null;
    return setting == null ? "" : " (" + file + ", line " + setting.line + ")";
  }
}
