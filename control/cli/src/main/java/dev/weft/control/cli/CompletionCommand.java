package dev.weft.control.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weftctl completion bash|zsh}. */
@Command(
    name = "completion",
    description = {
      "Print a script that completes weftctl's commands and options.",
      "In .bashrc: source <(weftctl completion bash)",
      "In .zshrc:  source <(weftctl completion zsh)"
    })
final class CompletionCommand implements Runnable {

  /** The script is the same; it finds out by itself that zsh has to speak bash's language first. */
  enum Shell {
    BASH,
    ZSH
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(description = "bash or zsh", paramLabel = "bash|zsh")
  private Shell shell = Shell.BASH;

  @Override
  public void run() {
    String script = AutoComplete.bash("weftctl", spec.root().commandLine());
    if (shell == Shell.ZSH) {
      spec.commandLine().getOut().println("autoload -Uz compinit && compinit");
    }
    spec.commandLine().getOut().print(script);
    spec.commandLine().getOut().flush();
  }
}
