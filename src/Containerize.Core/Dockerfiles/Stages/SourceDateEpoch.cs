using System.Globalization;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Syntax;
using Containerize.Dockerfiles.Syntax.Shell;

namespace Containerize.Dockerfiles.Stages;

/// <summary>The image's time where the Dockerfile says it: <c>ARG SOURCE_DATE_EPOCH=…</c> above the first <c>FROM</c>,
/// or its build argument.</summary>
internal static class SourceDateEpoch
{
    private const string Name = "SOURCE_DATE_EPOCH";

    // A folder has no time of its own (BuildKit, frontend/dockerfile/dockerfile2llb/epoch.go).
    private const string OfContext = "context";

    /// <summary>The time; null where neither says one.</summary>
    /// <exception cref="ContainerizeException">CTZ0122 for anything but a number of seconds since 1970.</exception>
    public static DateTimeOffset? Of(Dockerfile file, DockerfileOptions build)
    {
        var pair = file
            .Arguments.SelectMany(argument => argument.Arguments)
            .LastOrDefault(pair => pair.Name.Text == Name);
        var position = pair is null ? file.Source.At(0, 0) : (pair.Value ?? pair.Name).Position;
        var value =
            build.BuildArguments.TryGetValue(Name, out var given) ? given
            : pair?.Value is { } written
                ? new Expansion(file.Source, file.Directives.Escape, ShellVariables.None).Word(written)
            : "";
        if (value is "" or OfContext)
            return null;
        return
            long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw file.Source.Error(
                DiagnosticTable.DockerfileSyntax,
                position,
                $"{Name} is '{value}'. Give it whole seconds since 1970, such as 1767225600."
            );
    }
}
