using System.CommandLine;
using System.CommandLine.Parsing;
using Containerize.Images;

namespace Containerize.Tool.Commands;

/// <summary>Options that several commands have, with one meaning.</summary>
internal static class CommonOptions
{
    public const string References =
        "NAME[:TAG] or NAME@DIGEST in a registry, oci:FOLDER[:TAG], archive:FILE[:NAME] (Docker or OCI "
        + "tarball), daemon:NAME.";

    /// <summary>An argument that is no option, however it begins: a misspelled option is an error and not a
    /// name.</summary>
    public static T Operand<T>(T argument)
        where T : Argument
    {
        argument.Validators.Add(result =>
        {
            foreach (var error in Misspelled(result))
                result.AddError(error);
        });
        return argument;
    }

    /// <summary>The errors of an operand's words that are options which the command does not know. The parser has none
    /// of them where it has too many words, and blames the last.</summary>
    public static IEnumerable<string> Misspelled(ArgumentResult operand) =>
        operand
            .Tokens.Where(token => token.Value.StartsWith('-') && token.Value != "-")
            .Select(token => $"Unrecognized option '{token.Value}'.");

    /// <summary>Options that, written with an empty value, are errors: a variable that is not set would turn off
    /// what they demand.</summary>
    public static void DemandValues(Command command, params Option<string>[] options)
    {
        foreach (var option in options)
        {
            option.Validators.Add(result =>
            {
                if (result.Tokens.Any(token => token.Value.Length == 0))
                    result.AddError($"{option.Name} is empty: give it a value, or leave it out.");
            });
            command.Add(option);
        }
    }

    public static Option<bool> Json() => new("--json") { Description = "Write the result as JSON (docs/tool.md)." };

    public static Option<string> Engine()
    {
        var option = new Option<string>("--engine")
        {
            Description = "The engine that daemon: means.",
            HelpName = "docker|podman",
            DefaultValueFactory = _ => "docker",
        };
        option.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "docker", "podman");
        return option;
    }

    public static Option<string> OnePlatform(string description)
    {
        var option = new Option<string>("--platform") { Description = description, HelpName = "OS/ARCH[/VARIANT]" };
        option.CompletionSources.Add(
            "linux/amd64",
            "linux/arm64",
            "linux/arm/v7",
            "linux/386",
            "linux/s390x",
            "linux/ppc64le",
            "linux/riscv64"
        );
        return option;
    }

    public static Platform? ReadPlatform(ParseResult line, Option<string> option) =>
        line.GetValue(option) is { Length: > 0 } text
            ? PlatformSuggestions.Checked(Platform.Parse(text, ToolHost.Machine))
            : null;
}
