package dev.weft.instrumentation.jdksockets;

import static dev.weft.instrumentation.api.HookedType.ANY;

import dev.weft.instrumentation.api.HookedType;
import dev.weft.instrumentation.api.MeshModule;
import java.util.List;

/**
 * The JDK's sockets on Linux, JDK 17–25: all bytes of all TCP connections pass through {@code
 * SocketDispatcher}; the other hooks tell where a connection begins and ends, and wake those who
 * wait for bytes that are decrypted already. What is optional here has another name or place in
 * another version; that everything acts is shown by the self-test at each start.
 */
public final class JdkSocketsModule extends MeshModule {

  private static final String JDK = "sun.nio.ch.";
  private static final String ADVICE = JDK + "WeftAdvice$";
  private static final List<String> CONNECT =
      List.of("java.net.ProtocolFamily", "java.io.FileDescriptor", "java.net.InetAddress", "int");
  private static final String LISTENS = JDK + "WeftListenerAdvice$";

  public JdkSocketsModule() {
    super("jdk-sockets");
  }

  @Override
  public Home home() {
    return Home.BOOT;
  }

  @Override
  public boolean guards() {
    return true;
  }

  @Override
  public String starts() {
    return JDK + "WeftStart";
  }

  @Override
  public List<HookedType> hookedTypes() {
    return List.of(
        HookedType.named(JDK + "SocketDispatcher")
            .method("read", 3, ADVICE + "Read")
            .method("readv", 3, ADVICE + "Readv")
            .method("write", 3, ADVICE + "Write")
            .method("writev", 3, ADVICE + "Writev")
            .optional("close", 1, ADVICE + "Closed"), // JDK 17
        HookedType.named(JDK + "UnixDispatcher").optional("close", 1, ADVICE + "Closed"),
        HookedType.named(JDK + "Net")
            .method("connect", CONNECT, ADVICE + "Connect") // first: it decides
            .method("connect", CONNECT, ADVICE + "ConnectPort"),
        HookedType.named(JDK + "SocketChannelImpl")
            .method("<init>", 4, ADVICE + "AcceptedChannel")
            .method("implCloseSelectableChannel", 0, ADVICE + "Closing")
            .method("shutdownOutput", 0, ADVICE + "ClosingOutput")
            .method("available", 0, ADVICE + "Available")
            .method("sendOutOfBandData", 1, ADVICE + "Urgent"),
        HookedType.named(JDK + "ServerSocketChannelImpl").method("bind", 2, LISTENS + "Channel"),
        HookedType.named(JDK + "AsynchronousServerSocketChannelImpl")
            .method("bind", 2, LISTENS + "Asynchronous"),
        HookedType.named(JDK + "NioSocketImpl")
            .method("listen", 1, LISTENS + "Socket")
            .method("accept", 1, ADVICE + "AcceptedSocket")
            .method("close", 0, ADVICE + "Closing")
            .method("shutdownOutput", 0, ADVICE + "ClosingOutput")
            .method("available", 0, ADVICE + "Available")
            .method("sendUrgentData", 1, ADVICE + "Urgent"),
        HookedType.named(JDK + "UnixAsynchronousSocketChannelImpl")
            .method("<init>", 3, ADVICE + "AcceptedAsynchronous")
            .method("implClose", 0, ADVICE + "Closing")
            .method("onEvent", ANY, ADVICE + "Polled"),
        HookedType.named(JDK + "AsynchronousSocketChannelImpl")
            .method("shutdownOutput", 0, ADVICE + "ClosingOutput"),
        HookedType.named(JDK + "EPollPort").method("startPoll", 2, ADVICE + "Polling"),
        HookedType.named(JDK + "FileChannelImpl")
            .optional("transferToDirectly", 3, ADVICE + "Transfer") // JDK 17
            .optional("transferToDirect", 3, ADVICE + "Transfer"),
        HookedType.named(JDK + "SelectorImpl").method("register", 3, ADVICE + "Registered"),
        HookedType.named(JDK + "EPollSelectorImpl").method("doSelect", 2, ADVICE + "Select"),
        HookedType.named(JDK + "PollSelectorImpl").method("doSelect", 2, ADVICE + "Select"),
        HookedType.named("java.lang.Runtime")
            .method("load0", 2, ADVICE + "Loading")
            .method("loadLibrary0", 2, ADVICE + "Loading"),
        HookedType.named("java.net.IDN").method("toASCII", 2, ADVICE + "ServerName"));
  }
}
