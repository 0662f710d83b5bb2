using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.IO;
using Containerize.Stores.Registries.Configuration;

namespace Containerize.Dockerfiles;

/// <summary>What a command line gives to a build beside files: arguments, labels, secrets and agents.</summary>
public static class BuildInputs
{
    /// <summary>Reads <c>NAME=VALUE</c>, or <c>NAME</c> for a variable of the environment, which need not be
    /// set.</summary>
    /// <param name="texts">The values of <c>--build-arg</c>; the last of one name counts.</param>
    /// <param name="environment">The environment.</param>
    /// <exception cref="ContainerizeException">CTZ0154.</exception>
    public static ImmutableDictionary<string, string> ReadArguments(
        IEnumerable<string> texts,
        MachineEnvironment environment
    )
    {
        var arguments = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (var (name, value) in texts.Select(text => Split(text, "--build-arg")))
        {
            if ((value ?? environment.Variables.GetValueOrDefault(name)) is { } known)
                arguments[name] = known;
        }

        return arguments.ToImmutable();
    }

    /// <summary>Reads <c>NAME=VALUE</c>; a name alone has an empty value.</summary>
    /// <exception cref="ContainerizeException">CTZ0154.</exception>
    public static ImmutableArray<KeyValuePair<string, string>> ReadLabels(IEnumerable<string> texts) =>
        [
            .. texts
                .Select(text => Split(text, "--label"))
                .Select(pair => KeyValuePair.Create(pair.Name, pair.Value ?? "")),
        ];

    /// <summary>Reads <c>[manifest:]NAME=VALUE</c>.</summary>
    /// <exception cref="ContainerizeException">CTZ0234, also for annotations of an index or a descriptor.</exception>
    public static ImmutableArray<KeyValuePair<string, string>> ReadAnnotations(IEnumerable<string> texts) =>
        [
            .. texts.Select(text =>
            {
                var equals = text.IndexOf('=', StringComparison.Ordinal);
                var colon = text.IndexOf(':', StringComparison.Ordinal);
                var kinds = colon > 0 && colon < equals ? text[..colon] : "manifest";
                var start = colon > 0 && colon < equals ? colon + 1 : 0;
                return equals > start && kinds == "manifest"
                    ? KeyValuePair.Create(text[start..equals], text[(equals + 1)..])
                    : throw new ContainerizeException(
                        DiagnosticTable.InvalidAnnotation,
                        $"--annotation {text} cannot be set: write NAME=VALUE or manifest:NAME=VALUE. "
                            + "Annotations of an index or of a descriptor are not written."
                    );
            }),
        ];

    /// <summary>
    /// Reads <c>id=NAME[,src=FILE|,env=VARIABLE]</c>; without either the variable, else the file of that name counts.
    /// The bytes are read when a command asks for them.
    /// </summary>
    /// <param name="texts">The values of <c>--secret</c>.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="folder">The absolute folder that relative paths are relative to.</param>
    /// <exception cref="ContainerizeException">CTZ0154; of a file or variable that is not there, too.</exception>
    public static ImmutableDictionary<string, Func<ReadOnlyMemory<byte>>> ReadSecrets(
        IEnumerable<string> texts,
        MachineEnvironment environment,
        string folder
    )
    {
        var secrets = ImmutableDictionary.CreateBuilder<string, Func<ReadOnlyMemory<byte>>>();
        foreach (var text in texts)
        {
            var words = Words(text, "--secret", "id", "src", "source", "env", "type");
            var id =
                words.GetValueOrDefault("id")
                ?? words.GetValueOrDefault("src")
                ?? words.GetValueOrDefault("source")
                ?? words.GetValueOrDefault("env")
                ?? throw Invalid("--secret", text, "'id' is missing");
            var variable =
                words.GetValueOrDefault("env")
                ?? (
                    words.ContainsKey("src") || words.ContainsKey("source") || environment.Variable(id) is null
                        ? null
                        : id
                );
            secrets[id] = variable is not null
                ? OfVariable(id, variable, environment)
                : OfFile(
                    id,
                    Path.GetFullPath(words.GetValueOrDefault("src") ?? words.GetValueOrDefault("source") ?? id, folder)
                );
        }

        return secrets.ToImmutable();
    }

    /// <summary>Reads <c>ID[=SOCKET]</c>; without a socket that of <c>SSH_AUTH_SOCK</c> counts.</summary>
    /// <exception cref="ContainerizeException">CTZ0154.</exception>
    public static ImmutableDictionary<string, string> ReadSshSockets(
        IEnumerable<string> texts,
        MachineEnvironment environment,
        string folder
    ) =>
        texts
            .Select(text => Split(text, "--ssh"))
            .ToImmutableDictionary(
                pair => pair.Name,
                pair =>
                    Path.GetFullPath(
                        pair.Value
                            ?? environment.Variable("SSH_AUTH_SOCK")
                            ?? throw Invalid("--ssh", pair.Name, "no socket is given and SSH_AUTH_SOCK is not set"),
                        folder
                    )
            );

    private static Func<ReadOnlyMemory<byte>> OfVariable(string id, string variable, MachineEnvironment environment)
    {
        var value =
            environment.Variables.GetValueOrDefault(variable)
            ?? throw Invalid("--secret", $"id={id}", $"the variable '{variable}' is not set");
        return () => System.Text.Encoding.UTF8.GetBytes(value);
    }

    private static Func<ReadOnlyMemory<byte>> OfFile(string id, string path)
    {
        if (!File.Exists(path))
            throw Invalid("--secret", $"id={id}", NamedFile.WhyMissing(path, $"there is no file '{path}'"));
        return () =>
        {
            try
            {
                return File.ReadAllBytes(path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw Invalid("--secret", $"id={id}", exception.Message.TrimEnd('.'), exception);
            }
        };
    }

    private static (string Name, string? Value) Split(string text, string option) =>
        text.Split('=', 2) switch
        {
            [{ Length: > 0 } name, var value] => (name, value),
            [{ Length: > 0 } name] => (name, null),
            _ => throw Invalid(option, text, "it begins with '=' or is empty"),
        };

    private static Dictionary<string, string> Words(string text, string option, params string[] known)
    {
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in text.Split(',').Select(word => Split(word, option)))
        {
            if (!known.Contains(name) || value is null || !words.TryAdd(name, value))
                throw Invalid(option, "…", $"'{name}' is unknown, there twice, or without a value");
        }

        return words;
    }

    private static ContainerizeException Invalid(string option, string text, string why, Exception? inner = null) =>
        new(
            DiagnosticTable.InvalidSecret,
            $"{option} {text} cannot be used: {why}. Write '--build-arg NAME=VALUE', '--label NAME=VALUE', "
                + "'--secret id=NAME,src=FILE', '--secret id=NAME,env=VARIABLE' or '--ssh default'.",
            inner
        );
}
