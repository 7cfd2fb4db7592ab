package dev.weft.control.cli;

import dev.weft.control.ca.JoinToken;
import dev.weft.control.ca.JoinTokens;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.SpiffeId;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code weftctl token make}: the token alone on stdout, what it is on stderr. */
@Command(
    name = "make",
    description = {
      "Make a token and print it. Whoever has it is that service account until it expires or is",
      "revoked: keep it like a password, in a file for WEFT_TOKEN_FILE."
    })
final class TokenMakeCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @ParentCommand private TokenCommand parent = new TokenCommand();

  @Option(
      names = "--namespace",
      paramLabel = "NS",
      description = "The workload's namespace (default: ${DEFAULT-VALUE}).")
  private String namespace = "default";

  @Option(
      names = "--service-account",
      required = true,
      paramLabel = "NAME",
      description = "Who the workload is: spiffe://<trust domain>/ns/<NS>/sa/<NAME>.")
  private String account = "";

  @Option(
      names = "--service",
      paramLabel = "NAME",
      description = {
        "A service of its namespace that it may serve; repeat it for several.",
        "Without any it is a pure client."
      })
  private List<String> services = new ArrayList<>();

  @Option(
      names = "--ttl",
      paramLabel = "TIME",
      converter = Lifetime.class,
      description = "How long the token can be used to join: 90s, 30m, 24h, 7d (default: 24h).")
  private Duration life = Duration.ofHours(24);

  @Option(
      names = "--uses",
      paramLabel = "COUNT",
      description = {
        "For how many certificates it is good; those that are renewed by a certificate do not",
        "count (default: any number)."
      })
  private @Nullable Integer uses;

  @Option(
      names = "--trust-domain",
      paramLabel = "DOMAIN",
      description =
          "What the mesh must be (default: what it is; cluster.local of a new state directory).")
  private @Nullable String trustDomain;

  @Override
  public Integer call() throws IOException {
    if (uses != null && uses < 1) {
      throw new ParameterException(
          spec.commandLine(), "--uses: " + uses + " (expected: 1 or more)");
    }
    Path isNew = parent.newState();
    return parent.use(
        trustDomain,
        tokens -> {
          if (isNew != null) {
            spec.commandLine()
                .getErr()
                .println(
                    isNew
                        + " had no root, so one was made (expected: the state directory of the"
                        + " control service)");
          }
          print(make(tokens), tokens);
          return Weftctl.ok();
        });
  }

  private void print(String token, JoinTokens tokens) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    out.println(token);
    out.flush();
    List<JoinToken> all = tokens.list();
    JoinToken made = all.get(all.size() - 1);
    spec.commandLine()
        .getErr()
        .println(
            made.subject()
                + (made.services().isEmpty() ? ", a pure client" : " for " + made.services())
                + ", until "
                + made.expires()
                + (made.uses() == 0 ? "" : ", " + made.uses() + " certificates")
                + "; revoke it with: weftctl token revoke "
                + made.id());
  }

  private String make(JoinTokens tokens) throws IOException {
    try {
      SpiffeId id = new SpiffeId(tokens.trustDomain(), new Namespace(namespace), account);
      return tokens.make(id, new LinkedHashSet<>(services), life, uses == null ? 0 : uses);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
