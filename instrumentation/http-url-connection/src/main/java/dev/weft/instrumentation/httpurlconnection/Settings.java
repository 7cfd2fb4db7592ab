package dev.weft.instrumentation.httpurlconnection;

import dev.weft.bridge.HeaderEdits;
import java.io.IOException;
import java.net.Authenticator;
import java.net.ProtocolException;
import java.net.URL;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the application set on its connection, and every try gets. A connection of the JDK's that is
 * never connected says what the JDK says of it: which headers it refuses, drops or hides.
 */
final class Settings {

  private final MeshConnection owner;
  private final Attempt judge;
  private final @Nullable Tls tls;
  private final List<Map.Entry<String, String>> pairs = new ArrayList<>();
  private @Nullable Authenticator authenticator;

  /**
   * @param tls the application's own; null: the URL wants none
   */
  Settings(MeshConnection owner, URL url, @Nullable Tls tls) throws IOException {
    this.owner = owner;
    this.judge = Attempt.direct(url, tls);
    this.tls = tls;
  }

  /** The application's own, for URLs that want it; null: this one wants none. */
  @Nullable Tls tls() {
    return tls;
  }

  List<Map.Entry<String, String>> pairs() {
    return List.copyOf(pairs);
  }

  void set(String name, @Nullable String value) {
    judge.setRequestProperty(name, value);
    if (isAccepted(name, value)) {
      HeaderEdits.of(pairs).remove(name);
      pairs.add(Map.entry(name, value == null ? "" : value));
    }
  }

  void add(String name, @Nullable String value) {
    judge.addRequestProperty(name, value);
    if (isAccepted(name, value)) {
      pairs.add(Map.entry(name, value == null ? "" : value));
    }
  }

  /** The JDK drops some headers without a word: they are not the application's to set. */
  private boolean isAccepted(String name, @Nullable String value) {
    return value == null || !Attempt.isRestricted(name) || judge.getRequestProperty(name) != null;
  }

  @Nullable String get(@Nullable String name) {
    return judge.getRequestProperty(name);
  }

  Map<String, List<String>> all() {
    return judge.getRequestProperties();
  }

  void method(String method) throws ProtocolException {
    judge.setRequestMethod(method);
  }

  /** Throws what the JDK throws of it. */
  void checkTimeout(int timeout) {
    judge.setReadTimeout(timeout);
  }

  void authenticator(Authenticator authenticator) {
    judge.setAuthenticator(authenticator);
    this.authenticator = authenticator;
  }

  /** Everything but the headers and the streaming mode. */
  void configure(Attempt attempt, String method) {
    attempt.method(method);
    attempt.setInstanceFollowRedirects(false);
    attempt.setDoInput(true);
    attempt.setDoOutput(owner.getDoOutput());
    attempt.setAllowUserInteraction(owner.getAllowUserInteraction());
    attempt.setUseCaches(owner.getUseCaches());
    attempt.setIfModifiedSince(owner.getIfModifiedSince());
    attempt.setConnectTimeout(owner.getConnectTimeout());
    attempt.setReadTimeout(owner.getReadTimeout());
    if (authenticator != null) {
      attempt.setAuthenticator(authenticator);
    }
  }

  /** The streaming mode. */
  void stream(Attempt attempt) {
    owner.streamInto(attempt);
  }

  /** The application's own; null: none. */
  @Nullable Duration readTimeout() {
    return owner.getReadTimeout() == 0 ? null : Duration.ofMillis(owner.getReadTimeout());
  }
}
