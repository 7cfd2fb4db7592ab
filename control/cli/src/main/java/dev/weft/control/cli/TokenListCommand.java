package dev.weft.control.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.weft.control.ca.JoinToken;
import dev.weft.control.ca.JoinTokens;
import dev.weft.control.server.StatusJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code weftctl token list}. */
@Command(
    name = "list",
    description = "List the tokens that were made; the tokens themselves are not kept.")
final class TokenListCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @ParentCommand private TokenCommand parent = new TokenCommand();

  @Mixin private OutputOptions output = new OutputOptions();

  /** One token in JSON; times are ISO 8601 in UTC. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Listed(
      String id,
      String subject,
      List<String> services,
      String issued,
      String expires,
      @Nullable String revoked,
      @Nullable Integer uses,
      @Nullable Integer used) {

    static Listed of(JoinToken token) {
      return new Listed(
          token.id(),
          token.subject().toString(),
          List.copyOf(token.services()),
          token.issued().toString(),
          token.expires().toString(),
          token.revoked() == null ? null : token.revoked().toString(),
          token.uses() == 0 ? null : token.uses(),
          token.uses() == 0 ? null : token.used());
    }
  }

  @Override
  public Integer call() throws IOException {
    List<JoinToken> tokens = parent.use(null, JoinTokens::list);
    PrintWriter out = spec.commandLine().getOut();
    if (output.isJson()) {
      out.print(StatusJson.write(tokens.stream().map(Listed::of).toList()));
    } else {
      Table table = new Table("ID", "SUBJECT", "SERVICES", "STATE", "USED", "EXPIRES");
      Instant now = Instant.now();
      tokens.forEach(
          it ->
              table.row(
                  it.id(),
                  it.subject().toString(),
                  it.services().isEmpty() ? "-" : String.join(",", it.services()),
                  state(it, now),
                  it.uses() == 0 ? "-" : it.used() + "/" + it.uses(),
                  it.expires().toString()));
      table.print(out);
    }
    out.flush();
    return Weftctl.ok();
  }

  private static String state(JoinToken token, Instant now) {
    if (token.revoked() != null) {
      return "revoked";
    }
    if (token.isUsedUp()) {
      return "used up";
    }
    return now.isBefore(token.expires()) ? "usable" : "expired";
  }
}
