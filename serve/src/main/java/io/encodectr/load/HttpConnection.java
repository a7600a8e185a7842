package io.encodectr.load;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;

/** One connection to the service, kept open from request to request. Used by one thread. */
final class HttpConnection implements Closeable {
  private final Socket socket;
  private final OutputStream out;
  private final AnswerReader answers;

  private HttpConnection(Socket socket, int keep) throws IOException {
    this.socket = socket;
    out = socket.getOutputStream();
    answers = new AnswerReader(socket.getInputStream(), keep);
  }

  /**
   * Connects.
   *
   * @param timeoutMs the longest that connecting may take
   * @param keep how many bytes of a body an answer keeps, at most
   */
  static HttpConnection open(Endpoint endpoint, int timeoutMs, int keep) throws IOException {
    Socket socket = endpoint.connect(timeoutMs);
    try {
      return new HttpConnection(socket, keep);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Lets an answer fail whose next byte takes longer than this. */
  void limitSilence(int timeoutMs) throws IOException {
    socket.setSoTimeout(timeoutMs);
  }

  /** Sends a request and reads the answer to its end. */
  Answer exchange(byte[] request, int size) throws IOException {
    // Sending may fail as well, and then the answer before must not pass for this one's.
    answers.expect();
    out.write(request, 0, size);
    return answers.read();
  }

  /** Whether a byte of the answer to the last request has come. */
  boolean answerBegun() {
    return answers.begun();
  }

  /** May be called by any thread: whoever is in {@link #exchange} gets an exception. */
  @Override
  public void close() throws IOException {
    socket.close();
  }
}
