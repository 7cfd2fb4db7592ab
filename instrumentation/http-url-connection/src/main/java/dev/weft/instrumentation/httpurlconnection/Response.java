package dev.weft.instrumentation.httpurlconnection;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import sun.net.www.MessageHeader;

/** What the application sees in the end: a response of some try, or one of our own. */
abstract class Response {

  // The JDK's own table, for its own rules: the status line first and without a name, the last
  // value of a name found before the first.
  private final MessageHeader table = new MessageHeader();

  final MessageHeader table() {
    return table;
  }

  abstract int status();

  /** The body; like the JDK's, throws for a status from 400 on. */
  abstract InputStream input() throws IOException;

  /** The body of a response whose status is 400 or more; null: none. */
  abstract @Nullable InputStream error();

  /** Whether the JDK would say that it is connected. */
  abstract boolean isConnected();

  abstract boolean usedProxy();

  /** Of the connection that it came over; null: none, or none that is encrypted. */
  @Nullable SSLSession session() {
    return null;
  }

  /** The application gives it up, from any thread. */
  abstract void disconnect();

  /** Nobody wants it: a redirect that is followed, or a try that is followed by another. */
  abstract void discard();

  final Headers headers() {
    return new Headers() {
      @Override
      public @Nullable String first(String name) {
        for (int i = 1; table.getKey(i) != null; i++) {
          if (name.equalsIgnoreCase(table.getKey(i))) {
            return table.getValue(i);
          }
        }
        return null;
      }

      @Override
      public void each(BiConsumer<String, String> visitor) {
        for (int i = 1; table.getKey(i) != null; i++) {
          visitor.accept(table.getKey(i), table.getValue(i));
        }
      }
    };
  }

  final void edit(HeaderEdits edits) {
    edits.apply(
        new HeaderEdits.Target() {
          @Override
          public void remove(String name) {
            table.remove(name);
          }

          @Override
          public void set(String name, String value) {
            table.remove(name);
            table.add(name, value);
          }

          @Override
          public void add(String name, String value) {
            table.add(name, value);
          }
        });
  }
}
