package dev.weft.instrumentation.jdksockets;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Buffers for one encryption or decryption; pooled, and never held while waiting for a peer. */
final class Scratch {

  /** The largest TLS record, header included, with room for what an engine wants besides. */
  static final int RECORD = 17 * 1024;

  /** Ciphertext of one system call. */
  static final int BATCH = 64 * 1024;

  private static final ConcurrentLinkedQueue<Scratch> POOL = new ConcurrentLinkedQueue<>();

  final byte[] cipher = new byte[BATCH + RECORD];
  final byte[] plain = new byte[RECORD];
  final ByteBuffer cipherBuffer = ByteBuffer.wrap(cipher);
  final ByteBuffer plainBuffer = ByteBuffer.wrap(plain);

  private Scratch() {}

  static Scratch take() {
    Scratch free = POOL.poll();
    return free == null ? new Scratch() : free;
  }

  void give() {
    POOL.offer(this);
  }
}
