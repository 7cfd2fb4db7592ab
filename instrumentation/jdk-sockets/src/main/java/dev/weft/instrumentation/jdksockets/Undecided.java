package dev.weft.instrumentation.jdksockets;

import dev.weft.bridge.Hello;
import dev.weft.bridge.Wire.Plan;
import java.io.IOException;

/** An accepted connection, until its client's first bytes say what it is. */
final class Undecided extends Stage {

  private final ClientHello.Reader reader = new ClientHello.Reader();

  /** Whether a byte has arrived; from then on silence is no answer. */
  private volatile boolean heard;

  /** Whether the client has ended its direction, without a byte. */
  private volatile boolean ended;

  private volatile boolean overdue;

  Undecided(Link link) {
    super(link);
  }

  @Override
  int read(Memory to) throws IOException {
    if (link.in.inbox.isEmpty()) {
      int count = link.raw.read(to, Scratch.BATCH);
      if (count == Status.EOF) {
        ended = true;
      }
      if (count <= 0) {
        return count;
      }
      heard = true;
      byte[] first = new byte[1];
      to.get(0, first, 0, 1);
      boolean maybeTls = first[0] == Records.HANDSHAKE;
      if (!maybeTls || link.stage() != this) {
        return plaintext(to, count); // already where it belongs: plaintext costs no copy
      }
      link.in.inbox.add(to, 0, count);
    }
    return sniff(/* mayWait= */ true);
  }

  private int plaintext(Memory to, int count) throws IOException {
    if (link.stage() == this) {
      decide(Hello.PLAINTEXT);
    }
    if (link.stage() instanceof Plain) {
      return link.in.received(count);
    }
    to.put(0, new byte[count], 0, count);
    return Status.MOVED;
  }

  /** Reads no more than the hello: whatever follows stays in the kernel, which tells of it. */
  private int sniff(boolean mayWait) throws IOException {
    while (link.stage() == this) {
      Hello hello = reader.read(link.in.inbox);
      if (hello != null) {
        decide(hello);
        break;
      }
      int wanted = link.in.inbox.isEmpty() ? 1 : reader.missing(link.in.inbox);
      int count = link.in.fill(wanted, mayWait);
      if (count == Status.EOF && !link.in.inbox.isEmpty()) {
        decide(Hello.MALFORMED);
        break;
      }
      if (count <= 0) {
        ended |= count == Status.EOF;
        return count;
      }
      heard = true;
    }
    return Status.MOVED;
  }

  private void decide(Hello hello) throws IOException {
    link.begins(hello);
    Plan plan = link.wire.accepted(link.local(), link.remote(), hello);
    if (plan instanceof Plan.Tls tls) {
      link.become(this, Handshaking.begun(link, tls));
    } else if (plan instanceof Plan.Refuse refuse) {
      link.fail(refuse.reason());
    } else {
      link.becomePlain(this);
    }
  }

  /** The server speaks first. */
  @Override
  int write(Memory from) throws IOException {
    if (!heard && (ended || link.wire.serverFirst(link.local())) && speakFirst()) {
      return Status.MOVED;
    }
    return link.out.takeEarly(from);
  }

  /** Takes plaintext for the answer where the mesh allows; the output lock is held or free. */
  private boolean speakFirst() throws IOException {
    Plan plan = link.wire.accepted(link.local(), link.remote(), Hello.SILENCE);
    if (plan instanceof Plan.Plain && !heard) {
      link.becomePlain(this);
    } else if (plan instanceof Plan.Refuse refuse && ended) {
      link.fail(refuse.reason());
    }
    return link.stage() != this;
  }

  @Override
  void push() throws IOException {
    if (link.out.hasEarly() || heard) {
      sniff(/* mayWait= */ false);
    }
  }

  @Override
  void care(long age) throws IOException {
    push();
    boolean may = link.stage() == this && link.out.hasEarly() && !heard;
    if (may && age > Patience.SERVER_FIRST_NANOS) {
      speakFirst();
    }
  }

  @Override
  void expire(long age, boolean reading) throws IOException {
    if (age <= Patience.handshakeNanos() || overdue) {
      return;
    }
    if (heard) {
      link.fail("no complete TLS hello in time");
    } else if (reading || !link.raw.readable()) { // else it is the application that does not read
      Plan plan = link.wire.accepted(link.local(), link.remote(), Hello.SILENCE);
      if (plan instanceof Plan.Refuse refuse) {
        link.fail(refuse.reason());
      }
      overdue = true; // plaintext may be silent; should it speak TLS one day, that is still seen
    }
  }

  @Override
  int available(int kernel) {
    return kernel > 0 ? 1 : 0;
  }

  @Override
  boolean isSettled() {
    return false;
  }
}
