package sun.nio.ch;

import dev.weft.instrumentation.jdksockets.Act;
import dev.weft.instrumentation.jdksockets.Acts;
import dev.weft.instrumentation.jdksockets.Link;
import dev.weft.instrumentation.jdksockets.Links;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.SelectionKey;
import java.util.function.Consumer;
import jdk.internal.misc.Unsafe;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * What is woven into the JDK's sockets calls here. The name says when; whatever fails fails the
 * call that was hooked.
 */
@NullMarked
public final class WeftHooks {

  /** sun.nio.ch.IOStatus.UNSUPPORTED_CASE: a file must be sent by reading and writing it. */
  private static final long NOT_BY_THE_KERNEL = -6;

  /** The descriptor of java.net.SocketImpl, which only its own package and subclasses reach. */
  private static final long DESCRIPTOR =
      Unsafe.getUnsafe().objectFieldOffset(java.net.SocketImpl.class, "fd");

  private WeftHooks() {}

  // Bytes. Zero: none of ours, the JDK's own code runs.

  public static int read(FileDescriptor descriptor, long address, int length) throws IOException {
    Link link = WeftTable.link(descriptor);
    return link == null || length <= 0 ? 0 : link.read(new WeftMemory.Buffer(address, length));
  }

  public static long readv(FileDescriptor descriptor, long address, int count) throws IOException {
    Link link = WeftTable.link(descriptor);
    if (link == null) {
      return 0;
    }
    WeftMemory memory = new WeftMemory.Vector(address, count);
    return memory.length() == 0 ? 0 : link.read(memory);
  }

  public static int write(FileDescriptor descriptor, long address, int length) throws IOException {
    Link link = WeftTable.link(descriptor);
    return link == null || length <= 0 ? 0 : link.write(new WeftMemory.Buffer(address, length));
  }

  public static long writev(FileDescriptor descriptor, long address, int count) throws IOException {
    Link link = WeftTable.link(descriptor);
    if (link == null) {
      return 0;
    }
    WeftMemory memory = new WeftMemory.Vector(address, count);
    return memory.length() == 0 ? 0 : link.write(memory);
  }

  public static int available(Object socket, int kernel) throws IOException {
    boolean isChannel = socket instanceof SocketChannelImpl;
    Acts.note(isChannel ? Act.AVAILABLE_CHANNEL : Act.AVAILABLE_SOCKET);
    FileDescriptor descriptor = descriptor(socket);
    Link link = descriptor == null ? null : WeftTable.link(descriptor);
    return link == null ? kernel : link.available(kernel);
  }

  /** Bytes beside the stream have no place in TLS. */
  public static void urgent(Object socket) throws IOException {
    Acts.note(Act.URGENT);
    FileDescriptor descriptor = descriptor(socket);
    Link link = descriptor == null ? null : WeftTable.link(descriptor);
    if (link != null && !link.isPlain()) {
      throw new SocketException("mesh: urgent data cannot be sent over TLS");
    }
  }

  /** A file is about to be sent to this channel by the kernel. */
  public static long transferring(Object target) {
    if (target instanceof SocketChannelImpl channel) {
      Acts.note(Act.TRANSFER);
      Link link = WeftTable.link(channel.getFD());
      return link == null || link.isPlain() ? 0 : NOT_BY_THE_KERNEL;
    }
    return 0;
  }

  // Begin and end.

  /** Returns the address to connect to. */
  public static InetAddress connecting(FileDescriptor descriptor, InetAddress address, int port)
      throws IOException {
    Acts.note(Act.CONNECT);
    int number = WeftTable.number(descriptor);
    WeftSocket raw = new WeftSocket(number);
    if (!raw.isStream()) {
      return address; // datagrams have a connect of this kind, too
    }
    WeftTable.Entry known = WeftTable.entry(descriptor);
    if (known != null && known.link != null) {
      return known.link.remote().getAddress(); // again, after a signal: it is on its way there
    }
    WeftTable.Entry entry = known == null ? new WeftTable.Entry(descriptor, number) : known;
    Link link = Links.connecting(raw, entry.readiness, new InetSocketAddress(address, port));
    put(entry, link);
    return link == null ? address : link.remote().getAddress();
  }

  /** Returns the port to connect to, which was decided together with the address. */
  public static int connectingPort(FileDescriptor descriptor, int port) {
    Acts.note(Act.CONNECT_PORT);
    Link link = WeftTable.link(descriptor);
    return link == null ? port : link.remote().getPort();
  }

  private static void put(WeftTable.Entry entry, @Nullable Link link) {
    entry.link = link;
    if (link != null) {
      WeftSelection.use();
      WeftTable.put(entry);
    }
  }

  public static void acceptedChannel(Object channel, Object remote) throws IOException {
    if (remote instanceof InetSocketAddress) { // else it is of the Unix domain
      Acts.note(Act.ACCEPT_CHANNEL);
      accepted(((SocketChannelImpl) channel).getFD());
    }
  }

  public static void acceptedAsynchronous(Object channel) throws IOException {
    Acts.note(Act.ACCEPT_ASYNCHRONOUS);
    accepted(((AsynchronousSocketChannelImpl) channel).fd);
  }

  public static void acceptedSocket(Object socket) throws IOException {
    Acts.note(Act.ACCEPT_SOCKET);
    FileDescriptor descriptor = descriptor(socket);
    if (descriptor != null) {
      accepted(descriptor);
    }
  }

  private static void accepted(FileDescriptor descriptor) throws IOException {
    int number = WeftTable.number(descriptor);
    WeftTable.Entry entry = new WeftTable.Entry(descriptor, number);
    WeftSocket raw = new WeftSocket(number);
    try {
      put(entry, Links.accepted(raw, entry.readiness));
    } catch (IOException | RuntimeException | Error e) {
      raw.shutdown(); // nobody knows whose it is: nothing may be read or written
      throw e;
    }
  }

  public static void closing(Object socket) {
    note(socket, Act.CLOSING_SOCKET, Act.CLOSING_CHANNEL, Act.CLOSING_ASYNCHRONOUS);
    leaving(descriptor(socket), /* full= */ true);
  }

  public static void closingOutput(Object socket) {
    note(
        socket,
        Act.CLOSING_OUTPUT_SOCKET,
        Act.CLOSING_OUTPUT_CHANNEL,
        Act.CLOSING_OUTPUT_ASYNCHRONOUS);
    leaving(descriptor(socket), /* full= */ false);
  }

  private static void note(Object socket, Act ofSocket, Act ofChannel, Act ofAsynchronous) {
    if (socket instanceof SocketChannelImpl) {
      Acts.note(ofChannel);
    } else {
      Acts.note(socket instanceof AsynchronousSocketChannelImpl ? ofAsynchronous : ofSocket);
    }
  }

  private static void leaving(@Nullable FileDescriptor descriptor, boolean full) {
    Link link = descriptor == null ? null : WeftTable.link(descriptor);
    if (link != null) {
      link.closing(full);
    }
  }

  /** The number is about to become free. */
  public static void closed(FileDescriptor descriptor) {
    Acts.note(Act.CLOSED);
    WeftListeners.closed(descriptor);
    WeftTable.Entry entry = WeftTable.entry(descriptor);
    if (entry != null) {
      if (entry.link != null) {
        entry.link.closed();
      }
      WeftTable.remove(entry);
    }
  }

  static @Nullable FileDescriptor descriptor(Object socket) {
    if (socket instanceof SocketChannelImpl channel) {
      return channel.getFD();
    }
    if (socket instanceof AsynchronousSocketChannelImpl channel) {
      return channel.fd;
    }
    return socket instanceof java.net.SocketImpl
        ? (FileDescriptor) Unsafe.getUnsafe().getReference(socket, DESCRIPTOR)
        : null;
  }

  // Waiting.

  /** A channel has a key now; it may not be connected yet. */
  public static void registered(Object made) {
    if (made instanceof SelectionKeyImpl key
        && key.channel() instanceof SocketChannelImpl channel) {
      FileDescriptor descriptor = channel.getFD();
      Acts.note(Act.REGISTERED);
      WeftTable.Entry entry = WeftTable.entry(descriptor);
      if (entry == null) {
        entry = new WeftTable.Entry(descriptor, channel.getFDVal());
        WeftTable.put(entry);
      }
      entry.readiness.add(key);
    }
  }

  public static long selecting(Object selector, long timeout) {
    Acts.note(Act.SELECTING);
    return WeftSelection.enter((SelectorImpl) selector, timeout);
  }

  public static int selected(Object selector, @Nullable Consumer<SelectionKey> action, int found) {
    Acts.note(Act.SELECTED);
    return WeftSelection.exit((SelectorImpl) selector, action, found);
  }

  /** An asynchronous channel is about to wait; returns what it waits for. */
  public static int polling(Object port, int number, int events) {
    Acts.note(Act.POLLING);
    WeftTable.Entry entry = WeftTable.entry(number);
    if (entry == null || entry.link == null) {
      return events;
    }
    entry.readiness.waitsAt((EPollPort) port);
    boolean reads = (events & Net.POLLIN) != 0;
    return reads && entry.readiness.isThere() ? events | Net.POLLOUT : events;
  }

  /** An asynchronous channel has waited; returns what has happened. */
  public static int polled(Object channel, int events) {
    Acts.note(Act.POLLED);
    WeftTable.Entry entry = WeftTable.entry(((AsynchronousSocketChannelImpl) channel).fd);
    return entry != null && entry.readiness.isThere() ? events | Net.POLLIN : events;
  }

  // What else the JDK's TLS needs.

  /**
   * Istio's server names ({@code outbound_.8080_._.host}) break a rule of host names that the JDK
   * insists on; returns the flags without it.
   */
  public static int serverName(@Nullable String name, int flags) {
    Acts.note(Act.SERVER_NAME);
    return name != null && name.startsWith("outbound_") ? 0 : flags;
  }
}
