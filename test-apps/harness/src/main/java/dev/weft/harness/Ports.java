package dev.weft.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports on loopback that processes are told to listen at.
 *
 * <p>None is one that the kernel gives away (from 32768 on, or from 49152): whoever connects could
 * get it before the process listens, or while it is being started anew.
 */
public final class Ports {

  private static final int PORTS = 5_000;

  /** Where two JVMs of one module run tests, each has ports of its own. */
  private static final int FIRST = 16_000 + Integer.getInteger("test.fork", 0) * PORTS;

  private static final AtomicInteger NEXT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

  private Ports() {}

  /** A port that was free a moment ago, and was not given away by this JVM. */
  public static int free() {
    while (true) {
      int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), PORTS);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // Somebody else's.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** So many of them, no two the same. */
  public static List<Integer> free(int count) {
    Set<Integer> ports = new LinkedHashSet<>();
    while (ports.size() < count) {
      ports.add(free());
    }
    return List.copyOf(ports);
  }
}
