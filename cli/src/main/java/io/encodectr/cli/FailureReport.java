package io.encodectr.cli;

import io.encodectr.file.InputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Says in one line what went wrong, and gives the exit code. */
final class FailureReport
    implements CommandLine.IParameterExceptionHandler, CommandLine.IExecutionExceptionHandler {
  private final PrintWriter err;
  private boolean trace;
  private Function<ArgSpec, String> origin = argument -> "";

  /**
   * @param trace whether a failure shows its stack trace
   */
  FailureReport(PrintWriter err, boolean trace) {
    this.err = err;
    this.trace = trace;
  }

  /** Shows from now on the stack trace of a failure. */
  void showTraces() {
    trace = true;
  }

  /** Says from now on where a wrong value came from, when it was not the command line. */
  void explainWith(Function<ArgSpec, String> origin) {
    this.origin = origin;
  }

  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    CommandLine verb = e.getCommandLine();
    String name = verb.getCommandSpec().qualifiedName();
    String from = e.getArgSpec() == null ? "" : origin.apply(e.getArgSpec());
    err.println(name + ": " + firstSmall(Objects.toString(e.getMessage())) + from);
    if (e instanceof CommandLine.UnmatchedArgumentException unmatched) {
      CommandLine.UnmatchedArgumentException.printSuggestions(unmatched, err);
    }
    err.println("'" + name + " --help' tells how it is used.");
    return Encode.BAD_INPUT;
  }

  private static String firstSmall(String message) {
    return message.isEmpty() || (message.length() > 1 && Character.isUpperCase(message.charAt(1)))
        ? message
        : Character.toLowerCase(message.charAt(0)) + message.substring(1);
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine verb, ParseResult parsed) {
    return report(verb.getCommandSpec().qualifiedName(), e);
  }

  /**
   * Reports a failure.
   *
   * @param name the command that failed, such as "encode train"
   * @return the exit code
   */
  int report(String name, Throwable thrown) {
    Throwable e = unwrapped(thrown);
    int code =
        e instanceof InputException || e instanceof NoSuchFileException
            ? Encode.BAD_INPUT
            : Encode.FAILED;
    err.println(name + ": " + message(e));
    if (trace) {
      thrown.printStackTrace(err);
    } else if (code == Encode.FAILED) {
      err.println("Run it again with --verbose to see where it failed.");
    }
    return code;
  }

  /**
   * Reports that a result was not written whole, as on a full disk: the stream keeps no cause.
   *
   * @param name the command that made the result
   * @return the exit code
   */
  int unprinted(String name) {
    err.println(
        name
            + ": the result could not be written to standard output; is the disk full, or was the"
            + " reader closed?");
    return Encode.FAILED;
  }

  private static Throwable unwrapped(Throwable thrown) {
    Throwable e = thrown;
    while (e.getCause() != null
        && (e instanceof ExecutionException
            || e instanceof CompletionException
            || e instanceof UncheckedIOException)) {
      e = e.getCause();
    }
    return e;
  }

  private static String message(Throwable e) {
    String text = Objects.requireNonNullElse(e.getMessage(), "");
    return switch (e) {
      case InputException _ -> text;
      case NoSuchFileException missing -> missing.getFile() + ": no such file or folder.";
      case OutOfMemoryError _ ->
          "out of memory (" + text + "). Give more, such as ENCODE_JAVA_OPTS=-Xmx8g.";
      case IOException _ ->
          "reading or writing failed: " + e.getClass().getSimpleName() + ": " + text;
      case NoClassDefFoundError _ ->
          "a library is missing from the class path: " + text + ". Start it with ./encode.";
      default -> e.getClass().getSimpleName() + (text.isEmpty() ? "" : ": " + text);
    };
  }
}
