package io.encodectr.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command line's entry. Every verb is a class of its own; this class finds the one that was
 * asked for, gives it its configuration file and turns what it throws into an exit code.
 *
 * <p>Exit codes: {@value #DONE} done, {@value #FAILED} failed, {@value #BAD_INPUT} bad usage or bad
 * input.
 */
@Command(
    name = "encode",
    versionProvider = BuildVersion.class,
    synopsisSubcommandLabel = "VERB",
    description = {
      "Ranks items by click-through rate from a user's whole history, clustered into interests.",
      ""
    },
    commandListHeading = "%nVerbs, in the order of the journey:%n",
    footer = {
      "",
      "'encode VERB --help' tells a verb's options. New here? Try 'encode demo'.",
      "On a cluster: 'encode spark ingest' and 'encode spark extract', see docs/scaling.md."
    })
@SuppressWarnings("UnusedVariable") // picocli fills in fields that nothing here reads
public final class Encode implements Runnable {
  /** Exit code of a verb that did what was asked. */
  public static final int DONE = 0;

  /** Exit code of a verb that failed through no fault of its input. */
  public static final int FAILED = 1;

  /** Exit code for wrong usage or an input that cannot be used. */
  public static final int BAD_INPUT = 2;

  /**
   * The verbs in the order of help, each with its class. Names rather than classes, because a verb
   * is loaded only when asked for: those that serve run without the libraries of those that train.
   */
  private static final SequencedMap<String, String> VERBS = verbs();

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Shows the version.")
  private boolean version;

  private static SequencedMap<String, String> verbs() {
    var verbs = new LinkedHashMap<String, String>();
    verbs.put("demo", "DemoCommand");
    verbs.put("generate", "GenerateCommand");
    verbs.put("ingest", "IngestCommand");
    verbs.put("train", "TrainCommand");
    verbs.put("extract", "ExtractCommand");
    verbs.put("publish", "PublishCommand");
    verbs.put("evaluate", "EvaluateCommand");
    verbs.put("experiment", "ExperimentCommand");
    verbs.put("score", "ScoreCommand");
    verbs.put("explain", "ExplainCommand");
    verbs.put("serve", "ServeCommand");
    verbs.put("load", "LoadCommand");
    verbs.put("inspect", "InspectCommand");
    return Collections.unmodifiableSequencedMap(verbs);
  }

  /** Runs the verb named by the first argument and ends the process with its exit code. */
  @SuppressWarnings("SystemExitOutsideMain")
  public static void main(String[] args) {
    System.exit(run(args, System.out, System.err));
  }

  /**
   * Runs the verb named by the first argument.
   *
   * @param out where results go, in UTF-8
   * @param err where help on errors goes, in UTF-8; logs and progress go to {@link System#err}
   * @return the exit code
   */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    return run(commandLine(args.length > 0 ? args[0] : ""), args, out, err);
  }

  /** Runs the verb named by the first argument on a command line that knows it. */
  static int run(CommandLine encode, String[] args, PrintStream out, PrintStream err) {
    List<String> arguments = List.of(args);
    boolean verbose = arguments.contains("--verbose");
    LogConfigurator.configure(verbose);
    var printedOut = new PrintWriter(out, true, StandardCharsets.UTF_8);
    var printedErr = new PrintWriter(err, true, StandardCharsets.UTF_8);
    var failures = new FailureReport(printedErr, verbose);
    encode.setOut(printedOut);
    encode.setErr(printedErr);
    encode.setParameterExceptionHandler(failures);
    encode.setExecutionExceptionHandler(failures);
    CommandLine verb = arguments.isEmpty() ? null : encode.getSubcommands().get(args[0]);
    try {
      if (verb != null) {
        ConfigFile.use(verb, arguments.subList(1, args.length), failures);
      }
      int code = encode.execute(args);
      return code == DONE && printedOut.checkError()
          ? failures.unprinted(verb == null ? "encode" : "encode " + args[0])
          : code;
    } catch (Throwable e) {
      return failures.report(verb == null ? "encode" : "encode " + args[0], e);
    } finally {
      printedOut.flush();
      printedErr.flush();
    }
  }

  /** The names of all verbs, in the order of help. */
  static Collection<String> verbNames() {
    return VERBS.sequencedKeySet();
  }

  /**
   * The command line with the given verb alone or, if there is no such verb, with the names and
   * descriptions of all of them, for help and spelling hints.
   */
  static CommandLine commandLine(String verb) {
    var encode = new CommandLine(new Encode());
    encode.setExpandAtFiles(false);
    if (VERBS.containsKey(verb)) {
      encode.addSubcommand(verb, newCommand(verbClass(verb)));
    } else {
      for (String name : VERBS.keySet()) {
        CommandSpec described = CommandSpec.create();
        described.usageMessage().description(description(verbClass(name)));
        encode.addSubcommand(name, described);
      }
    }
    encode.setUsageHelpWidth(100);
    return encode;
  }

  private static Class<?> verbClass(String verb) {
    String name = Encode.class.getPackageName() + "." + VERBS.get(verb);
    try {
      return Class.forName(name, false, Encode.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("the verb " + verb + " has no class " + name, e);
    }
  }

  /** A verb's line in help; read without loading what the verb's fields and methods refer to. */
  private static String[] description(Class<?> verb) {
    Command command = verb.getAnnotation(Command.class);
    return command == null ? new String[0] : command.description();
  }

  private static Object newCommand(Class<?> verb) {
    try {
      return verb.getDeclaredConstructor().newInstance();
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(verb.getName() + " cannot be made", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          verb.getName() + " needs a constructor without parameters", e);
    }
  }

  /** Runs when no verb was given. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which verb?");
  }
}
