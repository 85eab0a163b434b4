package io.keyledger.cli;

import io.keyledger.cli.client.PlatformCommand;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the script that completes commands, options and their values in a shell. */
@Command(
        name = "completion",
        header = "Print a script that completes commands in a shell.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(keyledger completion bash)         # this shell",
            "  keyledger completion bash > ~/.local/share/bash-completion/completions/keyledger",
            "  keyledger completion zsh > ~/.keyledger.zsh && echo 'source ~/.keyledger.zsh' >> ~/.zshrc"
        })
final class CompletionCommand extends PlatformCommand {
    /** The scripts differ only in how they start: zsh reads bash's completions once it was told to. */
    enum Shell {
        bash,
        zsh
    }

    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}")
    @SuppressWarnings("NullAway.Init")
    private Shell shell;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Override
    public Integer call() {
        String script = AutoComplete.bash("keyledger", command.root().commandLine());
        if (shell == Shell.zsh) {
            console().line("autoload -U +X compinit && compinit -i\nautoload -U +X bashcompinit && bashcompinit");
        }
        console().line(script.stripTrailing());
        return 0;
    }
}
