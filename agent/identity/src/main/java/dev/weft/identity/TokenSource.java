package dev.weft.identity;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the join token is: read anew at each use, because files are replaced. May block. */
@FunctionalInterface
public interface TokenSource {

  /**
   * The token of this moment.
   *
   * @throws IOException it cannot be read, or is none; never says what is in it
   */
  JoinToken read() throws IOException;

  /** A token that was given itself. */
  static TokenSource of(String text, String trustDomain) {
    return () -> parse(text, trustDomain, "weft.token");
  }

  /** A file that holds it. */
  static TokenSource file(Path path, String trustDomain) {
    return () -> parse(text(path), trustDomain, path.toString());
  }

  private static String text(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return new String(in.readNBytes(64 * 1024), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IOException("join token: cannot read it: " + e, e);
    }
  }

  private static JoinToken parse(String text, String trustDomain, String where) throws IOException {
    try {
      return JoinToken.parse(text, trustDomain);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage() + " in " + where, e);
    }
  }
}
