package dev.weft.control.config;

import dev.weft.control.model.CallerView;
import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.HttpRoute;
import dev.weft.control.model.Protocol;
import dev.weft.control.model.RouteAction;
import dev.weft.control.model.RoutingRule;
import dev.weft.control.model.Scheme;
import dev.weft.control.model.ServicePort;
import dev.weft.control.model.SourceLocation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds what of a rule does not hold for requests that applications encrypt themselves. */
final class HttpsAnalyzer {

  private final CallerView view;
  private final List<Finding> findings = new ArrayList<>();
  private final Set<@Nullable SourceLocation> reported = new HashSet<>();

  HttpsAnalyzer(CallerView view) {
    this.view = view;
  }

  List<Finding> analyze(RoutingRule rule) {
    rule.hosts().stream()
        .flatMap(host -> view.service(host).stream())
        .flatMap(service -> service.ports().stream())
        .filter(HttpsAnalyzer::saysTls)
        .forEach(port -> analyze(rule, port.number()));
    return findings;
  }

  /** Where nothing is said, nobody need think of TLS. */
  private static boolean saysTls(ServicePort port) {
    return port.protocol() == Protocol.HTTPS || port.protocol() == Protocol.TLS;
  }

  private void analyze(RoutingRule rule, int port) {
    for (HttpRoute route : view.plaintextOnly(rule, port)) {
      add(
          rule,
          route,
          "requests over HTTPS to port "
              + port
              + " pass this route over: it "
              + (route.action() instanceof RouteAction.Redirect
                  ? "redirects to where they come from"
                  : "leads to a port that does not speak TLS"));
    }
    for (HttpRoute route : view.routes(rule, port, Scheme.HTTPS)) {
      if (!route.mirrors().isEmpty()) {
        add(rule, route, "requests over HTTPS to port " + port + " are not mirrored");
      }
    }
  }

  private void add(RoutingRule rule, HttpRoute route, String message) {
    if (reported.add(route.location())) {
      findings.add(
          new Finding(
              FindingCode.NOT_FOR_HTTPS, rule.id(), route.location(), "spec.http", message));
    }
  }
}
