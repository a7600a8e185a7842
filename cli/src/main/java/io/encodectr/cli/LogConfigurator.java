package io.encodectr.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;

/**
 * Logs go to stderr, a short line each; those of a service with the date and with what was thrown,
 * because nobody can run it again to see more. Written in Java because reading logback's XML would
 * take a third of the time that {@code encode --help} has.
 */
public final class LogConfigurator extends ContextAwareBase implements Configurator {
  private static final String VERBOSE = "encode.verbose";

  /** Brings the cursor to an empty line, in case a progress bar stands there. */
  private static final String CLEAR_LINE = "\r\u001b[K";

  private static final String OF_SERVICE =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{20} %msg%n%ex{12}";

  /** Made by logback, through {@link java.util.ServiceLoader}. */
  public LogConfigurator() {}

  /** Sets how much is logged; to be called before the first logger is made. */
  static void configure(boolean verbose) {
    if (verbose) {
      System.setProperty(VERBOSE, "true");
    }
  }

  /** From now on logs are those of a service. */
  static void serve() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
      root.detachAndStopAllAppenders();
      root.addAppender(appender(context, OF_SERVICE));
    }
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    boolean verbose = Boolean.getBoolean(VERBOSE);
    String pattern =
        verbose
            ? "%d{HH:mm:ss.SSS} %-5level [%thread] %logger{20} %msg%n"
            : "%d{HH:mm:ss} %-5level %msg%n%nopex";
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(appender(context, pattern));
    // It warns at every start that OpenBLAS's binding is a release older than LibTorch's.
    context.getLogger("org.bytedeco").setLevel(Level.ERROR);
    // It tells of every cluster that it looks at.
    context.getLogger("redis.clients").setLevel(Level.WARN);
    if (verbose) {
      context.getLogger("io.encodectr").setLevel(Level.DEBUG);
    }
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static ConsoleAppender<ILoggingEvent> appender(LoggerContext context, String pattern) {
    boolean terminal = Integer.getInteger(TerminalProgress.COLUMNS, 0) > 0;
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setPattern((terminal ? CLEAR_LINE : "") + pattern);
    encoder.start();
    var appender = new ConsoleAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    return appender;
  }
}
