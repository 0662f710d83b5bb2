using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Recipes.Instructions;

namespace Containerize.Recipes;

/// <summary>
/// The Dockerfile that would make an image, as far as its history tells: instructions as the classic builder, BuildKit,
/// buildah and we ourselves write them down. Files that were copied are in the layers and nowhere else, so what only
/// history can name stands as it is there.
/// </summary>
internal static partial class HistoryDockerfile
{
    private const string NoOperation = "#(nop)";
    private const string ShellPrefix = "/bin/sh -c ";

    /// <summary>The Dockerfile, with <c>\n</c> line ends; lines of the config where there is no history.</summary>
    public static string Of(Image image)
    {
        var text = new StringBuilder("FROM scratch\n");
        var layer = 0;
        foreach (var line in image.Config.HistoryLines)
        {
            var digest = !line.EmptyLayer && layer < image.Layers.Length ? image.Layers[layer++].DiffId : (Digest?)null;
            Append(text, line, digest, image.Config);
        }

        foreach (var rest in image.Layers.Skip(layer))
            text.Append(OfLayer(rest.DiffId)).Append('\n');
        if (image.Config.HistoryLines.IsEmpty)
            AppendConfig(text, image.Config);
        return PlainText.Lines(text.ToString());
    }

    private static void Append(StringBuilder text, HistoryLine line, Digest? layer, ImageConfig config)
    {
        var instruction = (line.CreatedBy ?? "").Trim();
        if (instruction.EndsWith("# buildkit", StringComparison.Ordinal))
            instruction = instruction[..^"# buildkit".Length].TrimEnd();
        if (instruction.Length == 0 || instruction[0] == '#')
        {
            if (instruction.Length > 0)
                text.Append(CultureInfo.InvariantCulture, $"{PlainText.Line(instruction)}\n");
            if (layer is { } digest)
                text.Append(OfLayer(digest)).Append('\n');
            return;
        }

        if (instruction.StartsWith(ShellPrefix + NoOperation, StringComparison.Ordinal))
            text.Append(Plain(instruction[(ShellPrefix + NoOperation).Length..].Trim(), config)).Append('\n');
        else if (instruction.StartsWith("RUN ", StringComparison.Ordinal))
            AppendRun(text, instruction["RUN ".Length..]);
        else if (instruction.StartsWith(ShellPrefix, StringComparison.Ordinal) || instruction[0] == '|')
            AppendRun(text, instruction);
        else if (Known().IsMatch(instruction))
            text.Append(Plain(instruction, config)).Append('\n');
        else
            text.Append("# ")
                .Append(PlainText.Line(instruction))
                .Append(layer is { } made ? "\n" + OfLayer(made) : "")
                .Append('\n');
    }

    // "|2 A=1 B=2 /bin/sh -c make": the arguments that the command saw, and how many.
    private static void AppendRun(StringBuilder text, string command)
    {
        if (Arguments().Match(command) is { Success: true } match)
        {
            foreach (var argument in match.Groups["arguments"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                text.Append("ARG ").Append(PlainText.Line(argument)).Append('\n');
            command = match.Groups["command"].Value;
        }

        if (command.StartsWith(ShellPrefix, StringComparison.Ordinal))
            command = command[ShellPrefix.Length..];
        if (!command.Replace("\\\n", "", StringComparison.Ordinal).Contains('\n', StringComparison.Ordinal))
        {
            text.Append("RUN ").Append(command.Trim()).Append('\n');
            return;
        }

        // A command that has the end's line in it would go on as instructions that were never executed.
        var end = "EOF";
        while (command.Split('\n').Contains(end))
            end += "_";
        text.Append(CultureInfo.InvariantCulture, $"RUN <<{end}\n{command}\n{end}\n");
    }

    private static string Plain(string instruction, ImageConfig config)
    {
        var space = instruction.IndexOf(' ', StringComparison.Ordinal);
        var (name, rest) = space < 0 ? (instruction, "") : (instruction[..space], instruction[(space + 1)..].Trim());
        return name switch
        {
            "ENV" when Pair(rest) is { } pair && config.Variable(pair.Name) == pair.Value => DockerfileText.Pair(
                name,
                pair.Name,
                pair.Value
            ),
            "LABEL" when Pair(rest) is { } pair && config.Labels.GetValueOrDefault(pair.Name) == pair.Value =>
                DockerfileText.Pair(name, pair.Name, pair.Value),
            "VOLUME" when GoList(rest) is { } words => $"VOLUME {DockerfileText.Words([.. words])}",
            "EXPOSE" when GoList(rest) is { } words => $"EXPOSE {PlainText.Line(string.Join(' ', words))}",
            "ADD" or "COPY" => PlainText.Line($"{name} {rest.Replace(" in /", " /", StringComparison.Ordinal)}"),
            "HEALTHCHECK" when rest.StartsWith('&') => $"# HEALTHCHECK {config.HealthcheckJson}",
            _ => PlainText.Line(instruction),
        };
    }

    private static (string Name, string Value)? Pair(string text) =>
        text.IndexOf('=', StringComparison.Ordinal) is var equals and > 0
            ? (text[..equals], text[(equals + 1)..])
            : null;

    // Builders print what Go prints: "map[80/tcp:{}]" and "[/data /logs]".
    private static string[]? GoList(string text) =>
        GoText().Match(text) is { Success: true } match
            ?
            [
                .. match
                    .Groups["words"]
                    .Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(word => word.Replace(":{}", "", StringComparison.Ordinal)),
            ]
            : null;

    private static string OfLayer(Digest diffId) => $"ADD {diffId.Hex[..12]}.tar /";

    private static void AppendConfig(StringBuilder text, ImageConfig config)
    {
        foreach (var (name, value) in config.Environment)
            text.Append(DockerfileText.Pair("ENV", name, value)).Append('\n');
        foreach (var (name, value) in config.Labels)
            text.Append(DockerfileText.Pair("LABEL", name, value)).Append('\n');
        foreach (var port in config.ExposedPorts)
            text.Append("EXPOSE ").Append(PlainText.Line(port)).Append('\n');
        foreach (var path in config.Volumes)
            text.Append("VOLUME ").Append(DockerfileText.Words([path])).Append('\n');
        AppendIf("WORKDIR", config.WorkingDirectory);
        AppendIf("USER", config.User);
        AppendIf("STOPSIGNAL", config.StopSignal ?? "");
        AppendIf("ENTRYPOINT", config.Entrypoint.IsEmpty ? "" : DockerfileText.Words(config.Entrypoint));
        AppendIf("CMD", config.Cmd.IsEmpty ? "" : DockerfileText.Words(config.Cmd));

        void AppendIf(string instruction, string value)
        {
            if (value.Length > 0)
                text.Append(instruction).Append(' ').Append(PlainText.Line(value)).Append('\n');
        }
    }

    [GeneratedRegex(
        @"^(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|SHELL|STOPSIGNAL"
            + @"|USER|VOLUME|WORKDIR)\s",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Known();

    [GeneratedRegex(
        @"^\|\d+ (?<arguments>.*?)(?<command>/bin/sh -c .*)$",
        RegexOptions.CultureInvariant | RegexOptions.Singleline
    )]
    private static partial Regex Arguments();

    [GeneratedRegex(@"^(?:map)?\[(?<words>[^\]""]*)\]$", RegexOptions.CultureInvariant)]
    private static partial Regex GoText();
}
