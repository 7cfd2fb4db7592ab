package dev.weft.control.xds;

import io.grpc.Status;

/** The way back to a client. Called by one thread at a time. */
interface Outbox {

  /** False while the client reads slower than we write; the stream is then run again later. */
  boolean ready();

  void send(Frame frame);

  void complete();

  void fail(Status status);
}
