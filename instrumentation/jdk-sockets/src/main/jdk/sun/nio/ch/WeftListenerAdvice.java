package sun.nio.ch;

import net.bytebuddy.asm.Advice.OnMethodExit;
import net.bytebuddy.asm.Advice.This;

/** What is woven where a server begins to listen. It only reports: what fails is suppressed. */
final class WeftListenerAdvice {

  private WeftListenerAdvice() {}

  static final class Channel {
    @OnMethodExit(suppress = Throwable.class)
    static void exit(@This Object channel) throws java.io.IOException {
      WeftListeners.channel(channel);
    }
  }

  static final class Socket {
    @OnMethodExit(suppress = Throwable.class)
    static void exit(@This Object socket) throws java.io.IOException {
      WeftListeners.socket(socket);
    }
  }

  static final class Asynchronous {
    @OnMethodExit(suppress = Throwable.class)
    static void exit(@This Object channel) {
      WeftListeners.asynchronous(channel);
    }
  }
}
