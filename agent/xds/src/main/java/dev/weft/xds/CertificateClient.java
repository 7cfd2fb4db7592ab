package dev.weft.xds;

import dev.weft.xds.http2.Call;
import dev.weft.xds.http2.CallListener;
import dev.weft.xds.http2.GrpcStatus;
import dev.weft.xds.http2.Http2Connection;
import dev.weft.xds.proto.IstioCertificateRequest;
import dev.weft.xds.proto.IstioCertificateResponse;
import dev.weft.xds.wire.IgnoredFields;
import dev.weft.xds.wire.InvalidMessageException;
import dev.weft.xds.wire.WireReader;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Has certificates signed by {@code istio.v1.auth.IstioCertificateService}, each over a connection
 * of its own: it is made with the proof of who asks, and asked for a few times a day.
 */
public final class CertificateClient {

  private static final String METHOD = "istio.v1.auth.IstioCertificateService/CreateCertificate";
  private static final int MOST_MESSAGE_BYTES = 1024 * 1024;

  private final Service service;
  private final ChannelFactory channels;
  private final ControlLog log;

  /**
   * The service that is asked.
   *
   * @param userAgent of requests
   * @param timing how long things may take
   */
  public record Service(String host, int port, String userAgent, ControlSettings.Timing timing) {}

  public CertificateClient(Service service, ChannelFactory channels, ControlLog log) {
    this.service = service;
    this.channels = channels;
    this.log = log;
  }

  /**
   * Asks for a certificate. Blocks, at most for the time that a connection and an answer may take.
   *
   * @param request PKCS #10, PEM
   * @param token presented as bearer; null: nothing is, the connection proves who asks
   * @return PEM, the leaf first and the root last
   * @throws CallFailedException the service has answered, and not with a certificate
   * @throws IOException there is no answer
   */
  public List<String> sign(String request, @Nullable String token) throws IOException {
    ControlSettings.Timing timing = service.timing();
    Socket socket = channels.open(service.host(), service.port(), timing.connect());
    AgentLoop loop = new AgentLoop(log);
    CompletableFuture<List<String>> answer = new CompletableFuture<>();
    CompletableFuture<Http2Connection> opened = new CompletableFuture<>();
    loop.execute(() -> opened.complete(ask(loop, socket, request, token, answer)));
    try {
      return answer.get(timing.answer().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException("no answer within " + timing.answer().toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      opened.thenAccept(connection -> loop.execute(() -> close(connection, loop)));
    }
  }

  // The loop ends once the goodbye was written, or was not.
  private static void close(Http2Connection connection, AgentLoop loop) {
    connection.close();
    Runnable unused = loop.after(Http2Connection.LINGER.multipliedBy(2), loop::close);
  }

  private Http2Connection ask(
      AgentLoop loop,
      Socket socket,
      String request,
      @Nullable String token,
      CompletableFuture<List<String>> answer) {
    Http2Connection.Peer peer =
        new Http2Connection.Peer(
            ControlSettings.authority(service.host(), service.port()),
            channels.scheme(),
            service.userAgent(),
            MOST_MESSAGE_BYTES);
    Http2Connection connection =
        Http2Connection.start(
            socket,
            loop,
            peer,
            new Http2Connection.Listener() {
              @Override
              public void greeted() {}

              @Override
              public void lost(String reason) {
                answer.completeExceptionally(new IOException(reason));
              }
            });
    List<Map.Entry<String, String>> metadata =
        token == null ? List.of() : List.of(Map.entry("authorization", "Bearer " + token));
    Call call = connection.call(METHOD, metadata, new Answer(answer));
    call.send(new IstioCertificateRequest().csr(request).toByteArray());
    call.finish();
    return connection;
  }

  private record Answer(CompletableFuture<List<String>> answer) implements CallListener {

    @Override
    public void message(byte[] bytes) {
      try {
        answer.complete(
            List.copyOf(
                IstioCertificateResponse.parse(new WireReader(bytes, IgnoredFields.UNHEARD))
                    .certChain()));
      } catch (InvalidMessageException e) {
        answer.completeExceptionally(
            new IOException("not an answer of the certificate service: " + e.getMessage(), e));
      }
    }

    @Override
    public void closed(GrpcStatus status) {
      answer.completeExceptionally(new CallFailedException(status));
    }
  }
}
