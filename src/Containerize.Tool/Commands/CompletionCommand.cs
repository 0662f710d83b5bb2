using System.CommandLine;

namespace Containerize.Tool.Commands;

/// <summary><c>containerize completion bash|fish|zsh|pwsh</c>.</summary>
internal sealed class CompletionCommand : ToolCommand
{
    private readonly Argument<string> _shell = new("shell") { Description = "The shell that the script is for." };

    public CompletionCommand(ToolHost host)
        : base(host, "completion", "Writes a script that completes commands and options in your shell.")
    {
        _shell.AcceptOnlyFromAmong("bash", "fish", "zsh", "pwsh");
        Add(_shell);
        Examples =
        [
            ("source <(containerize completion bash)", "completes in this shell; in ~/.bashrc, in every one"),
            (
                "containerize completion fish > ~/.config/fish/completions/containerize.fish",
                "installs the completion for fish"
            ),
            ("containerize completion zsh > \"${fpath[1]}/_containerize\"", "installs the completion for zsh"),
            ("containerize completion pwsh | Out-String | Invoke-Expression", "completes in this PowerShell"),
        ];
    }

    protected override Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        Host.Screen.Output.Write(
            line.GetRequiredValue(_shell) switch
            {
                "bash" => Bash,
                "fish" => Fish,
                "zsh" => Zsh,
                _ => PowerShell,
            }
        );
        return Task.FromResult(ExitCodes.Success);
    }

    // The directive [suggest:POSITION] of the command line answers with one word on each line.
    private const string Bash = """
        _containerize() {
          local words
          words="$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" || return
          local current="${COMP_WORDS[COMP_CWORD]}"
          COMPREPLY=($(compgen -W "$words" -- "$current"))
        }
        complete -o default -F _containerize containerize

        """;

    // fish adds file names by itself where the command has nothing to offer.
    private const string Fish = """
        function __containerize_complete
          set -l line (commandline --cut-at-cursor)
          containerize "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete --command containerize --arguments '(__containerize_complete)'

        """;

    private const string Zsh = """
        #compdef containerize
        _containerize() {
          local -a words
          words=("${(@f)$("containerize" "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
          if (( ${#words} )) && [[ -n "${words[1]}" ]]; then compadd -a words; else _files; fi
        }
        if [ "$funcstack[1]" = "_containerize" ]; then _containerize "$@"; else compdef _containerize containerize; fi

        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName containerize -ScriptBlock {
          param($wordToComplete, $commandAst, $cursorPosition)
          containerize "[suggest:$cursorPosition]" "$commandAst" | Where-Object { $_ -like "$wordToComplete*" } |
            ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }

        """;
}
