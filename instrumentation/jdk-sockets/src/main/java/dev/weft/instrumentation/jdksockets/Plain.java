package dev.weft.instrumentation.jdksockets;

import java.io.IOException;

/** The application's own bytes, in both directions. */
final class Plain extends Stage {

  Plain(Link link) {
    super(link);
  }

  @Override
  int read(Memory to) throws IOException {
    link.open(null);
    if (!link.in.inbox.isEmpty()) { // what was looked at to find out
      return link.in.received(link.in.inbox.moveTo(to, 0));
    }
    int count = link.raw.read(to, to.length());
    return link.stage() == this || count < 0 ? link.in.received(count) : Status.MOVED;
  }

  @Override
  int write(Memory from) throws IOException {
    link.open(null);
    int flushed = link.out.flush(/* mayWait= */ true);
    return flushed == Status.DONE ? link.out.sent(link.raw.write(from)) : flushed;
  }

  @Override
  boolean isSettled() {
    return true;
  }

  @Override
  boolean hasLeftover() {
    return !link.in.inbox.isEmpty();
  }

  @Override
  int available(int kernel) {
    return link.in.inbox.size() + kernel;
  }

  @Override
  void closing(boolean full) throws IOException {
    link.out.flushWithin(Patience.CLOSING_MILLIS);
  }

  @Override
  void care(long age) {
    link.out.flushIfFree();
  }
}
