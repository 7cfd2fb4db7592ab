package dev.weft.engine.extauthz;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The way to those who authorize requests for us. Never blocks; what is returned completes within
 * the timeout, never exceptionally, at once or on a thread that may run the application's code.
 */
public interface AuthorizationService {

  /** Reaches nobody. */
  AuthorizationService NONE =
      new AuthorizationService() {
        @Override
        public CompletionStage<Decision> check(To provider, Attributes request) {
          return CompletableFuture.completedFuture(new Decision.Failed("nobody can be asked"));
        }

        @Override
        public CompletionStage<HttpReply> send(To provider, HttpCheck.Request request) {
          return CompletableFuture.completedFuture(new HttpReply.Failed("nobody can be asked"));
        }
      };

  /** {@code envoy.service.auth.v3.Authorization/Check}. */
  CompletionStage<Decision> check(To provider, Attributes request);

  /** A request over HTTP/1.1. */
  CompletionStage<HttpReply> send(To provider, HttpCheck.Request request);

  /**
   * Who is asked.
   *
   * @param address unresolved: its name is looked up
   * @param authority what it is called by
   * @param timeout after which it counts as failed
   */
  record To(InetSocketAddress address, String authority, Duration timeout) {}

  /**
   * Envoy's {@code AttributeContext}.
   *
   * @param principal who the caller has proved to be; empty: nobody
   * @param ownPrincipal who we have proved to be; empty: nobody
   * @param headers by name in lower case, several of one name joined
   * @param size of the body; -1: not known
   */
  record Attributes(
      @Nullable InetSocketAddress source,
      String principal,
      @Nullable InetSocketAddress destination,
      String ownPrincipal,
      String method,
      String path,
      String host,
      String scheme,
      String protocol,
      Map<String, String> headers,
      long size) {}

  /** What a provider made of a request. */
  sealed interface Decision {

    /**
     * @param remove of the request's headers, after all else
     * @param response for the response of the application
     */
    record Allowed(List<Mutation> headers, List<String> remove, List<Mutation> response)
        implements Decision {

      public Allowed {
        headers = List.copyOf(headers);
        remove = List.copyOf(remove);
        response = List.copyOf(response);
      }
    }

    /** This is to be the response. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Denied(int status, List<Map.Entry<String, String>> headers, byte[] body)
        implements Decision {

      public Denied {
        headers = List.copyOf(headers);
      }
    }

    /**
     * There is no answer, or none that can be understood or followed.
     *
     * @param reason for people
     */
    record Failed(String reason) implements Decision {}
  }

  /** A change of one header. */
  record Mutation(Kind kind, String name, String value) {

    /** What becomes of values that are there. */
    public enum Kind {
      /** They stay, and this one is added. */
      ADD,
      /** They are replaced, if there are any. */
      SET,
      /** This one is added to what is there; where nothing is, nothing is added. */
      APPEND_IF_PRESENT,
      ADD_IF_ABSENT,
      OVERWRITE_IF_PRESENT
    }
  }

  /** What came of a request over HTTP. */
  sealed interface HttpReply {

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Response(int status, List<Map.Entry<String, String>> headers, byte[] body)
        implements HttpReply {

      public Response {
        headers = List.copyOf(headers);
      }
    }

    record Failed(String reason) implements HttpReply {}
  }
}
