package sun.nio.ch;

import dev.weft.bridge.Mesh;
import dev.weft.bridge.Weft;
import dev.weft.bridge.Wire;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Tells the mesh where this JVM accepts connections, whatever library does it. Adapters of servers
 * say the same of their own, and know more: the later word counts.
 */
@NullMarked
public final class WeftListeners {

  /** By the descriptor itself, whose number may be another's soon. */
  private static final ConcurrentHashMap<FileDescriptor, InetSocketAddress> OPEN =
      new ConcurrentHashMap<>();

  private WeftListeners() {}

  public static void channel(Object channel) throws IOException {
    ServerSocketChannelImpl server = (ServerSocketChannelImpl) channel;
    listening(server.getFD(), server.localAddress());
  }

  public static void socket(Object socket) throws IOException {
    FileDescriptor descriptor = WeftHooks.descriptor(socket);
    if (descriptor != null) {
      listening(descriptor, Net.localAddress(descriptor));
    }
  }

  public static void asynchronous(Object channel) {
    AsynchronousServerSocketChannelImpl server = (AsynchronousServerSocketChannelImpl) channel;
    listening(server.fd, server.localAddress);
  }

  private static void listening(FileDescriptor descriptor, @Nullable Object local) {
    Mesh mesh = Weft.mesh();
    Wire wire = Weft.wire();
    if ((mesh == null && wire == null) || !(local instanceof InetSocketAddress address)) {
      return;
    }
    OPEN.put(descriptor, address);
    if (mesh != null) {
      mesh.listening(address, Mesh.TCP);
    }
    if (wire != null) {
      wire.listening(address);
    }
  }

  static void closed(FileDescriptor descriptor) {
    InetSocketAddress address = OPEN.isEmpty() ? null : OPEN.remove(descriptor);
    if (address == null) {
      return;
    }
    Mesh mesh = Weft.mesh();
    if (mesh != null) {
      mesh.closed(address);
    }
    Wire wire = Weft.wire();
    if (wire != null) {
      wire.listeningEnded(address);
    }
  }
}
