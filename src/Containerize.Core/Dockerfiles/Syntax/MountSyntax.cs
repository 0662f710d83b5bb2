using System.Collections.Immutable;
using System.Globalization;
using Containerize.Diagnostics;
using Containerize.IO;

namespace Containerize.Dockerfiles.Syntax;

/// <summary>A <c>--mount</c> of <c>RUN</c>: names with values, and names alone.</summary>
/// <param name="Source">The Dockerfile.</param>
/// <param name="Word">The option's value as it is written.</param>
/// <param name="Values">What it says, by small names; a name alone is <c>true</c>, and of <c>ro</c> and
/// <c>rw</c> the last one stands under <c>ro</c>.</param>
internal sealed record MountSyntax(SourceText Source, SourceWord Word, ImmutableDictionary<string, string> Values)
{
    /// <summary>The names that a mount may have.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        "type",
        "target",
        "dst",
        "destination",
        "source",
        "src",
        "from",
        "ro",
        "readonly",
        "rw",
        "readwrite",
        "id",
        "sharing",
        "mode",
        "uid",
        "gid",
        "size",
        "required",
        "env",
    ];

    // The types that have a name, as BuildKit's validateMount and parseMount say (commands_runmount.go).
    private static readonly (string Name, string[] Types)[] TypesOf =
    [
        ("sharing", ["cache"]),
        ("size", ["tmpfs"]),
        ("required", ["secret", "ssh"]),
        ("env", ["secret"]),
        ("mode", ["cache", "secret", "ssh"]),
        ("uid", ["cache", "secret", "ssh"]),
        ("gid", ["cache", "secret", "ssh"]),
    ];

    // The names that may stand alone, or say yes or no.
    private static readonly string[] Switches = ["ro", "readonly", "rw", "readwrite", "required"];

    /// <summary><c>bind</c>, <c>cache</c>, <c>tmpfs</c>, <c>secret</c> or <c>ssh</c>, in small letters.</summary>
    public string Type => this["type"]?.ToLowerInvariant() ?? "bind";

    /// <summary>Whether nothing can be written into it, by the last of <c>ro</c> and <c>rw</c>; null where neither
    /// stands.</summary>
    public bool? IsReadOnly => this["ro"] is { } text ? Bool(text) : null;

    /// <summary>Whether the build ends where there is nothing to mount.</summary>
    public bool IsRequired => this["required"] is { } text && Bool(text) == true;

    /// <summary>All that it says, in one order.</summary>
    public string Text =>
        string.Join(
            ',',
            Values.OrderBy(value => value.Key, StringComparer.Ordinal).Select(value => $"{value.Key}={value.Value}")
        );

    /// <summary>Where it is mounted; null if not given.</summary>
    public string? Target => this["target"] ?? this["dst"] ?? this["destination"];

    /// <summary>What is mounted; null if not given.</summary>
    public string? From => this["source"] ?? this["src"];

    /// <summary>The value; null where the name is not there.</summary>
    public string? this[string name] => Values.GetValueOrDefault(name);

    /// <summary>Reads an option.</summary>
    /// <exception cref="ContainerizeException">CTZ0122.</exception>
    public static MountSyntax Parse(SourceText source, SourceWord word, string text)
    {
        var values = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var part in text.Split(','))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = (equals < 0 ? part : part[..equals]).Trim().ToLowerInvariant();
            if (!Names.Contains(name))
                throw source.Error(
                    DiagnosticTable.DockerfileSyntax,
                    word.Position,
                    $"'{name}' in --mount means nothing. It has {string.Join(", ", Names)}."
                );
            var isSwitch = Switches.Contains(name);
            if (equals < 0 && !isSwitch)
                throw source.Error(
                    DiagnosticTable.DockerfileSyntax,
                    word.Position,
                    $"'{name}' in --mount needs a value: {name}=VALUE."
                );
            var value = equals >= 0 ? part[(equals + 1)..] : "true";
            if (!isSwitch)
            {
                values[name] = value;
                continue;
            }

            var isOn =
                Bool(value)
                ?? throw source.Error(
                    DiagnosticTable.DockerfileSyntax,
                    word.Position,
                    $"{name} in --mount is '{value}'. Write {name}, {name}=true or {name}=false."
                );
            // One name for both, because the step's key has the values and not their order.
            var isReversed = name is "rw" or "readwrite";
            values[name == "required" ? name : "ro"] = isOn != isReversed ? "true" : "false";
        }

        var mount = new MountSyntax(source, word, values.ToImmutable());
        mount.RefuseForeign();
        return mount;
    }

    // An option of another type has no effect, and its author expects one.
    private void RefuseForeign()
    {
        foreach (var (name, types) in TypesOf)
        {
            if (this[name] is not null && !types.Contains(Type))
                throw Wrong(
                    $"{name} belongs to a mount of type {string.Join(" or ", types)}, and this is of type {Type}"
                );
        }

        if (Type == "secret" && this["from"] is { Length: > 0 })
            throw Wrong("a secret is from no image. Remove from");
        if (Type == "secret" && From is { Length: > 0 } && this["id"] is { Length: > 0 })
            throw Wrong("a secret is named by its id or by its source, and both are given. Remove one");
        if (this["env"] is { } variable && !IsName(variable))
            throw Wrong(
                $"env is '{variable}', which is no name of a variable: letters, digits and '_', and no digit first"
            );
    }

    /// <summary>The image or stage that a mount is from, which no variable can be; null for none.</summary>
    public static SourceWord? FromOf(SourceWord word)
    {
        var from = word
            .Text.Split(',')
            .FirstOrDefault(part => part.StartsWith("from=", StringComparison.OrdinalIgnoreCase));
        return from is { Length: > 5 } ? word with { Text = from[5..] } : null;
    }

    /// <summary>A number; the default where the key is missing.</summary>
    /// <exception cref="ContainerizeException">CTZ0122.</exception>
    public int Number(string name, int otherwise) =>
        this[name] is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw Wrong($"{name} is '{text}', which is no number");

    /// <summary>A mode in octal digits; the default where the key is missing.</summary>
    /// <exception cref="ContainerizeException">CTZ0122.</exception>
    public int Mode(int otherwise) =>
        this["mode"] is not { } text ? otherwise
        : text.Length is > 0 and <= 5 && text.All(digit => digit is >= '0' and <= '7') ? Convert.ToInt32(text, 8)
        : throw Wrong($"mode is '{text}', which is no mode in octal digits");

    /// <summary>A size in bytes: <c>64m</c>; null where the key is missing.</summary>
    /// <exception cref="ContainerizeException">CTZ0122.</exception>
    public long? Size()
    {
        if (this["size"] is not { } text)
            return null;
        return ByteSize.TryParse(text, out var bytes)
            ? bytes
            : throw Wrong($"size is '{text}', which is no size, such as 64m");
    }

    private static bool IsName(string text) =>
        text.Length > 0
        && !char.IsAsciiDigit(text[0])
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character == '_');

    /// <summary>An error about this mount.</summary>
    public ContainerizeException Wrong(string what) =>
        Source.Error(DiagnosticTable.DockerfileSyntax, Word.Position, $"--mount={Word}: {what}.");

    /// <summary>What <c>strconv.ParseBool</c> of Go makes of a text, in which BuildKit is written; null for no
    /// boolean.</summary>
    public static bool? Bool(string text) =>
        text switch
        {
            "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
            "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
            _ => null,
        };
}
