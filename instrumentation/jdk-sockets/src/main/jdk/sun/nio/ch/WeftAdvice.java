package sun.nio.ch;

import dev.weft.instrumentation.jdksockets.NativeTransports;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.SelectionKey;
import java.util.function.Consumer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.Advice.Argument;
import net.bytebuddy.asm.Advice.Enter;
import net.bytebuddy.asm.Advice.OnMethodEnter;
import net.bytebuddy.asm.Advice.OnMethodExit;
import net.bytebuddy.asm.Advice.OnNonDefaultValue;
import net.bytebuddy.asm.Advice.Return;
import net.bytebuddy.asm.Advice.This;

/** What is woven. Nothing is suppressed: what fails here must not let anything through. */
@SuppressWarnings("UnusedVariable") // an assigned parameter is the argument behind it
final class WeftAdvice {

  private WeftAdvice() {}

  static final class Read {
    @OnMethodEnter(skipOn = OnNonDefaultValue.class)
    static int enter(
        @Argument(0) FileDescriptor descriptor, @Argument(1) long address, @Argument(2) int length)
        throws IOException {
      return WeftHooks.read(descriptor, address, length);
    }

    @OnMethodExit
    static void exit(@Enter int entered, @Return(readOnly = false) int returned) {
      if (entered != 0) {
        returned = entered;
      }
    }
  }

  static final class Readv {
    @OnMethodEnter(skipOn = OnNonDefaultValue.class)
    static long enter(
        @Argument(0) FileDescriptor descriptor, @Argument(1) long address, @Argument(2) int count)
        throws IOException {
      return WeftHooks.readv(descriptor, address, count);
    }

    @OnMethodExit
    static void exit(@Enter long entered, @Return(readOnly = false) long returned) {
      if (entered != 0) {
        returned = entered;
      }
    }
  }

  static final class Write {
    @OnMethodEnter(skipOn = OnNonDefaultValue.class)
    static int enter(
        @Argument(0) FileDescriptor descriptor, @Argument(1) long address, @Argument(2) int length)
        throws IOException {
      return WeftHooks.write(descriptor, address, length);
    }

    @OnMethodExit
    static void exit(@Enter int entered, @Return(readOnly = false) int returned) {
      if (entered != 0) {
        returned = entered;
      }
    }
  }

  static final class Writev {
    @OnMethodEnter(skipOn = OnNonDefaultValue.class)
    static long enter(
        @Argument(0) FileDescriptor descriptor, @Argument(1) long address, @Argument(2) int count)
        throws IOException {
      return WeftHooks.writev(descriptor, address, count);
    }

    @OnMethodExit
    static void exit(@Enter long entered, @Return(readOnly = false) long returned) {
      if (entered != 0) {
        returned = entered;
      }
    }
  }

  static final class Available {
    @OnMethodExit
    static void exit(@Advice.This Object socket, @Return(readOnly = false) int returned)
        throws IOException {
      returned = WeftHooks.available(socket, returned);
    }
  }

  static final class Urgent {
    @OnMethodEnter
    static void enter(@This Object socket) throws IOException {
      WeftHooks.urgent(socket);
    }
  }

  static final class Transfer {
    @OnMethodEnter(skipOn = OnNonDefaultValue.class)
    static long enter(@Argument(2) Object target) {
      return WeftHooks.transferring(target);
    }

    @OnMethodExit
    static void exit(@Enter long entered, @Return(readOnly = false) long returned) {
      if (entered != 0) {
        returned = entered;
      }
    }
  }

  static final class Connect {
    @OnMethodEnter
    static void enter(
        @Argument(1) FileDescriptor descriptor,
        @Argument(value = 2, readOnly = false) InetAddress address,
        @Argument(3) int port)
        throws IOException {
      address = WeftHooks.connecting(descriptor, address, port);
    }
  }

  static final class ConnectPort {
    @OnMethodEnter
    static void enter(
        @Argument(1) FileDescriptor descriptor, @Argument(value = 3, readOnly = false) int port) {
      port = WeftHooks.connectingPort(descriptor, port);
    }
  }

  static final class AcceptedChannel {
    @OnMethodExit
    static void exit(@This Object channel, @Argument(3) Object remote) throws IOException {
      WeftHooks.acceptedChannel(channel, remote);
    }
  }

  static final class AcceptedAsynchronous {
    @OnMethodExit
    static void exit(@This Object channel) throws IOException {
      WeftHooks.acceptedAsynchronous(channel);
    }
  }

  static final class AcceptedSocket {
    @OnMethodExit
    static void exit(@Argument(0) Object socket) throws IOException {
      WeftHooks.acceptedSocket(socket);
    }
  }

  static final class Closing {
    @OnMethodEnter
    static void enter(@This Object socket) {
      WeftHooks.closing(socket);
    }
  }

  static final class ClosingOutput {
    @OnMethodEnter
    static void enter(@This Object socket) {
      WeftHooks.closingOutput(socket);
    }
  }

  static final class Closed {
    @OnMethodEnter
    static void enter(@Argument(0) FileDescriptor descriptor) {
      WeftHooks.closed(descriptor);
    }
  }

  static final class Registered {
    @OnMethodExit
    static void exit(@Return Object key) {
      WeftHooks.registered(key);
    }
  }

  static final class Select {
    @OnMethodEnter
    static void enter(@This Object selector, @Argument(value = 1, readOnly = false) long timeout) {
      timeout = WeftHooks.selecting(selector, timeout);
    }

    @OnMethodExit
    static void exit(
        @This Object selector,
        @Argument(0) Consumer<SelectionKey> action,
        @Return(readOnly = false) int returned) {
      returned = WeftHooks.selected(selector, action, returned);
    }
  }

  static final class Polling {
    @OnMethodEnter
    static void enter(
        @This Object port,
        @Argument(0) int number,
        @Argument(value = 1, readOnly = false) int events) {
      events = WeftHooks.polling(port, number, events);
    }
  }

  static final class Polled {
    @OnMethodEnter
    static void enter(@This Object channel, @Argument(value = 0, readOnly = false) int events) {
      events = WeftHooks.polled(channel, events);
    }
  }

  static final class Loading {
    @OnMethodEnter
    static void enter(@Argument(1) String library) {
      NativeTransports.loading(library);
    }
  }

  static final class ServerName {
    @OnMethodEnter
    static void enter(@Argument(0) String name, @Argument(value = 1, readOnly = false) int flags) {
      flags = WeftHooks.serverName(name, flags);
    }
  }
}
