package dev.weft.fuzz;

import dev.weft.engine.config.Authorization.Condition;
import dev.weft.engine.config.RouteMatch.StringMatch;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.tomcat.util.buf.ByteChunk;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.apache.tomcat.util.buf.UDecoder;
import org.apache.tomcat.util.http.RequestUtil;
import org.jspecify.annotations.Nullable;

/** No path is let through that a server takes for one that is refused. */
public final class PathTarget {

  private static final String SECRET = "/admin";

  private static final Policies POLICIES =
      new Policies(
          new Condition.OneOf(
              List.of(
                  new Condition.Path(new StringMatch.Exact(SECRET, false)),
                  new Condition.Path(new StringMatch.Prefix(SECRET + "/", false)))));

  private PathTarget() {}

  /**
   * @param input a request's target, in the bytes of the request line
   */
  public static void fuzzerTestOneInput(byte[] input) {
    String target = new String(input, StandardCharsets.ISO_8859_1);
    if (POLICIES.refuse(target, "host", List.of())) {
      return;
    }
    expectPublic(target, "Tomcat", tomcat(target));
    URI uri = uri(target);
    if (uri != null) {
      expectPublic(target, "java.net.URI", uri.normalize().getPath());
      // By this com.sun.net.httpserver chooses a context.
      expectPublic(target, "the JDK's server", uri.getPath());
    }
  }

  private static void expectPublic(String target, String who, @Nullable String path) {
    if (path != null && (path.equals(SECRET) || path.startsWith(SECRET + "/"))) {
      throw new AssertionError("\"" + target + "\" passes, and " + who + " serves " + path);
    }
  }

  /**
   * As CoyoteAdapter makes it, where encoded slashes are decoded and backslashes allowed; null: it
   * is refused.
   */
  private static @Nullable String tomcat(String target) {
    int query = target.indexOf('?');
    String path = withoutParameters(query < 0 ? target : target.substring(0, query));
    byte[] bytes = path.getBytes(StandardCharsets.ISO_8859_1);
    ByteChunk chunk = new ByteChunk();
    chunk.setBytes(bytes, 0, bytes.length);
    try {
      new UDecoder().convert(chunk, EncodedSolidusHandling.DECODE, EncodedSolidusHandling.DECODE);
    } catch (IOException e) {
      return null;
    }
    String decoded =
        new String(chunk.getBytes(), chunk.getStart(), chunk.getLength(), StandardCharsets.UTF_8);
    return RequestUtil.normalize(decoded, true);
  }

  private static String withoutParameters(String path) {
    return path.replaceAll(";[^/]*", "");
  }

  private static @Nullable URI uri(String target) {
    try {
      return new URI(target);
    } catch (URISyntaxException e) {
      return null;
    }
  }
}
