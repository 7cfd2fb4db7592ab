package dev.weft.instrumentation.httpurlconnection;

import dev.weft.bridge.HeaderEdits;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** A hop that is not the mesh's business: the JDK's, but for its redirects. */
final class Outside implements Hop {

  private final Request request;
  private final Attempt attempt;
  private final Settings settings;

  Outside(Settings settings, Request request) throws IOException {
    this.request = request;
    this.settings = settings;
    this.attempt = Attempt.direct(request.url(), settings.tls());
    settings.configure(attempt, request.method());
    for (Map.Entry<String, String> pair : request.pairs()) {
      attempt.addRequestProperty(pair.getKey(), pair.getValue());
    }
  }

  @Override
  public void connect() throws IOException {
    attempt.connect();
  }

  @Override
  public OutputStream stream() throws IOException {
    settings.stream(attempt);
    return attempt.getOutputStream();
  }

  @Override
  public Response run() throws IOException {
    if (request.body() != null) {
      request.body().writeTo(attempt.getOutputStream());
    }
    return new Received(attempt).deliver(HeaderEdits.NONE, null);
  }

  @Override
  public @Nullable SSLSession session() {
    return attempt instanceof SecureAttempt secure ? secure.session() : null;
  }

  @Override
  public void cancel() {
    attempt.abort();
  }
}
