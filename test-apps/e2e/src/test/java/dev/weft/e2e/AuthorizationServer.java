package dev.weft.e2e;

import com.google.rpc.Status;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.DeniedHttpResponse;
import io.envoyproxy.envoy.service.auth.v3.OkHttpResponse;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Decides about requests as OPA and oauth2-proxy do: {@code grpc PORT} in Envoy's protocol on
 * grpc-java, {@code http PORT} by status. Lets in whoever has the header, or the cookie, {@code
 * pass}, as alice; is silent where that says {@code hang}, and talks nonsense where it says {@code
 * junk}. Prints what it is asked.
 */
public final class AuthorizationServer {

  private static final String PASS = "pass";

  private AuthorizationServer() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[1]));
    if (args[0].equals("http")) {
      HttpServer server = HttpServer.create(address, 0);
      server.createContext("/", AuthorizationServer::answer);
      server.start();
      System.out.println("ready " + server.getAddress().getPort());
      return;
    }
    Server server = NettyServerBuilder.forAddress(address).addService(new Service()).build();
    server.start();
    System.out.println("ready " + server.getPort());
    server.awaitTermination();
  }

  private static void answer(HttpExchange exchange) throws IOException {
    System.out.println(
        "asked "
            + exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI()
            + " "
            + exchange.getRequestHeaders().entrySet());
    String cookie = String.valueOf(exchange.getRequestHeaders().getFirst("cookie"));
    if (cookie.equals("hang")) {
      return; // nobody is answered: the behaviour under test
    }
    byte[] body = "log in".getBytes(StandardCharsets.UTF_8);
    if (cookie.equals(PASS)) {
      exchange.getResponseHeaders().add("x-user", "alice");
      exchange.getResponseHeaders().add("x-inner", "secret");
      exchange.getResponseHeaders().add("set-cookie", "seen=1");
      exchange.sendResponseHeaders(200, body.length);
    } else if (cookie.equals("junk")) {
      exchange.sendResponseHeaders(599, body.length);
    } else {
      exchange.getResponseHeaders().add("location", "/oauth2/start");
      exchange.getResponseHeaders().add("set-cookie", "a=1");
      exchange.getResponseHeaders().add("set-cookie", "b=2");
      exchange.getResponseHeaders().add("x-inner", "secret");
      exchange.sendResponseHeaders(302, body.length);
    }
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static final class Service extends AuthorizationGrpc.AuthorizationImplBase {

    @Override
    public void check(CheckRequest request, StreamObserver<CheckResponse> responses) {
      System.out.println("asked " + request.toString().replaceAll("\\s+", " "));
      Map<String, String> headers = request.getAttributes().getRequest().getHttp().getHeadersMap();
      String word = headers.getOrDefault("x-word", "");
      if (word.equals("hang")) {
        return; // likewise
      }
      CheckResponse.Builder response = CheckResponse.newBuilder();
      if (word.equals(PASS)) {
        response
            .setStatus(Status.getDefaultInstance())
            .setOkResponse(
                OkHttpResponse.newBuilder()
                    .addHeaders(header("x-user", "alice"))
                    .addHeadersToRemove("x-word")
                    .addResponseHeadersToAdd(header("x-told", "yes")));
      } else if (word.equals("junk")) {
        response
            .setStatus(Status.getDefaultInstance())
            .setOkResponse(OkHttpResponse.newBuilder().addHeaders(header(":path", "/else")));
      } else {
        response
            .setStatus(Status.newBuilder().setCode(7))
            .setDeniedResponse(
                DeniedHttpResponse.newBuilder()
                    .setStatus(HttpStatus.newBuilder().setCodeValue(401))
                    .addHeaders(header("x-why", "no word"))
                    .setBody("say the word"));
      }
      responses.onNext(response.build());
      responses.onCompleted();
    }

    private static HeaderValueOption header(String name, String value) {
      return HeaderValueOption.newBuilder()
          .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value))
          .build();
    }
  }
}
