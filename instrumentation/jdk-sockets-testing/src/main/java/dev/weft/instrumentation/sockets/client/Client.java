package dev.weft.instrumentation.sockets.client;

/** A kind of client. */
@FunctionalInterface
public interface Client {

  /** Works against a loopback port, and tells of every operation. Returns when all have ended. */
  void run(int port, Work work, Tally tally) throws Exception;
}
