package dev.weft.control.cli;

import dev.weft.control.ca.JoinToken;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code weftctl token revoke ID}. */
@Command(
    name = "revoke",
    description = {
      "Make a token, and what it has granted, worth nothing: nobody joins by it any more, and",
      "certificates that rest on it alone are not renewed. A running control service heeds it at",
      "the next call; certificates that were issued hold until they expire."
    })
final class TokenRevokeCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @ParentCommand private TokenCommand parent = new TokenCommand();

  @Parameters(paramLabel = "ID", description = "As 'token list' shows it.")
  private String id = "";

  @Override
  public Integer call() throws IOException {
    Optional<JoinToken> revoked = parent.use(null, tokens -> tokens.revoke(id));
    if (revoked.isEmpty()) {
      spec.commandLine()
          .getErr()
          .println(
              "weftctl: no token " + Text.safe(id) + " (expected: an id of 'weftctl token list')");
      return Weftctl.FAILED;
    }
    spec.commandLine().getErr().println("revoked, of " + revoked.get().subject());
    return Weftctl.ok();
  }
}
