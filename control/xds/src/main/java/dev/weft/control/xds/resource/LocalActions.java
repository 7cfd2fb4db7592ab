package dev.weft.control.xds.resource;

import com.google.protobuf.ByteString;
import dev.weft.control.model.RouteAction.DirectResponse;
import dev.weft.control.model.RouteAction.Port;
import dev.weft.control.model.RouteAction.Redirect;
import dev.weft.control.model.RoutedHost;
import dev.weft.control.model.Scheme;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction.RedirectResponseCode;
import java.util.Base64;

/** Actions that answer a request themselves, as istiod's route.go emits them. */
final class LocalActions {

  private LocalActions() {}

  static DirectResponseAction response(DirectResponse response) {
    DirectResponseAction.Builder built =
        DirectResponseAction.newBuilder().setStatus(response.status());
    if (response.text() != null) {
      built.setBody(DataSource.newBuilder().setInlineString(response.text()));
    } else if (response.base64() != null) {
      ByteString bytes = ByteString.copyFrom(Base64.getDecoder().decode(response.base64()));
      built.setBody(DataSource.newBuilder().setInlineBytes(bytes));
    }
    return built.build();
  }

  /**
   * @param called for a redirect that keeps port or scheme
   */
  static RedirectAction redirect(Redirect redirect, RoutedHost called) {
    RedirectAction.Builder built =
        RedirectAction.newBuilder()
            .setPortRedirect(port(redirect, called))
            .setResponseCode(code(redirect.status()));
    if (redirect.authority() != null) {
      built.setHostRedirect(redirect.authority());
    }
    if (redirect.prefix() != null) {
      built.setPrefixRewrite(redirect.prefix());
    } else {
      built.setPathRedirect(redirect.path() == null ? "" : redirect.path());
    }
    if (redirect.scheme() != null) {
      built.setSchemeRedirect(redirect.scheme());
    }
    return built.build();
  }

  /** Zero for none; one that goes without saying is not said. */
  private static int port(Redirect redirect, RoutedHost called) {
    int port = 0;
    if (redirect.port() instanceof Port.Fixed written) {
      port = written.number();
    } else if (redirect.port() instanceof Port.OfRequest) {
      port = called.port();
    }
    boolean secure =
        redirect.scheme() == null
            ? called.scheme() == Scheme.HTTPS
            : redirect.scheme().equals("https");
    return port == (secure ? Scheme.HTTPS : Scheme.HTTP).port() ? 0 : port;
  }

  private static RedirectResponseCode code(int status) {
    return switch (status) {
      case 301 -> RedirectResponseCode.MOVED_PERMANENTLY;
      case 302 -> RedirectResponseCode.FOUND;
      case 303 -> RedirectResponseCode.SEE_OTHER;
      case 307 -> RedirectResponseCode.TEMPORARY_REDIRECT;
      case 308 -> RedirectResponseCode.PERMANENT_REDIRECT;
      default ->
          throw new IllegalArgumentException(
              "redirect: " + status + " (expected: 301, 302, 303, 307 or 308)");
    };
  }
}
