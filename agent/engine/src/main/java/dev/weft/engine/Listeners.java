package dev.weft.engine;

import java.net.InetSocketAddress;

/** Who wants to know where the application listens. */
public interface Listeners {

  /** Nobody. */
  Listeners NONE =
      new Listeners() {
        @Override
        public void listening(InetSocketAddress local, String library) {}

        @Override
        public void closed(InetSocketAddress local) {}
      };

  void listening(InetSocketAddress local, String library);

  void closed(InetSocketAddress local);
}
