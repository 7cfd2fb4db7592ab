package dev.weft.instrumentation.javahttpclient;

/** One request on its way to one place: the application's, or what a redirect made of it. */
interface Hop {

  void start();

  /** The application gives up, on any thread. Whether that stopped anything. */
  boolean cancel();
}
