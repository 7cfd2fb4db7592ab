package dev.weft.instrumentation.jdksockets;

/** What hooks do besides moving bytes; the self-test waits for each of them. */
public enum Act {
  CONNECT("connecting"),
  CONNECT_PORT("choosing the port to connect to"),
  ACCEPT_SOCKET("accepting with ServerSocket"),
  ACCEPT_CHANNEL("accepting with ServerSocketChannel"),
  ACCEPT_ASYNCHRONOUS("accepting with AsynchronousServerSocketChannel"),
  CLOSING_SOCKET("closing a Socket"),
  CLOSING_CHANNEL("closing a SocketChannel"),
  CLOSING_ASYNCHRONOUS("closing an AsynchronousSocketChannel"),
  CLOSING_OUTPUT_SOCKET("shutting a Socket's output down"),
  CLOSING_OUTPUT_CHANNEL("shutting a SocketChannel's output down"),
  CLOSING_OUTPUT_ASYNCHRONOUS("shutting an AsynchronousSocketChannel's output down"),
  CLOSED("releasing a descriptor"),
  AVAILABLE_SOCKET("counting a Socket's available bytes"),
  AVAILABLE_CHANNEL("counting a SocketChannel's available bytes"),
  URGENT("sending urgent data"),
  TRANSFER("sending a file"),
  REGISTERED("registering with a selector"),
  SELECTING("beginning to select"),
  SELECTED("having selected"),
  POLLING("an asynchronous channel's waiting"),
  POLLED("an asynchronous channel's having waited"),
  SERVER_NAME("reading a server name"),
  LOADING("loading a native library");

  private final String name;

  Act(String name) {
    this.name = name;
  }

  @Override
  public String toString() {
    return name;
  }
}
