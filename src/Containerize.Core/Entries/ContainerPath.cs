using Containerize.Diagnostics;

namespace Containerize.Entries;

/// <summary>
/// An absolute path in a container: <c>/</c> between names, no <c>.</c>, no <c>..</c>. It is no string, so that a path
/// of the host cannot end up in a layer by mistake. Ordered by its bytes, so a folder precedes what is in it. Names
/// need not be UTF-8 (<see cref="NameBytes"/>).
/// </summary>
public sealed record ContainerPath : IComparable<ContainerPath>
{
    /// <summary>What Linux calls PATH_MAX: the longest path in bytes.</summary>
    public const int MaxBytes = 4096;

    private readonly byte[] _utf8;

    private ContainerPath(string text)
    {
        Text = text;
        _utf8 = NameBytes.Encode(text);
    }

    /// <summary><c>/</c> itself.</summary>
    public static ContainerPath Root { get; } = new("/");

    /// <summary>The path with its leading and without a trailing slash.</summary>
    public string Text { get; }

    /// <summary>The last name of the path; empty for the root.</summary>
    public string Name => Text[(Text.LastIndexOf('/') + 1)..];

    /// <summary>The folder that it lies in; null for the root.</summary>
    public ContainerPath? Parent =>
        this == Root ? null
        : Text.LastIndexOf('/') is var slash and > 0 ? new ContainerPath(Text[..slash])
        : Root;

    /// <summary>Reads an absolute path; doubled and trailing slashes do not count.</summary>
    /// <exception cref="ContainerizeException">CTZ0010 when it is relative or holds <c>.</c>, <c>..</c> or a
    /// NUL.</exception>
    public static ContainerPath Parse(string text) =>
        text.StartsWith('/') ? Root.Combine(text) : throw Invalid(text, "it does not begin with '/'");

    /// <summary>The path of something below this one.</summary>
    /// <param name="relative">One or more names with <c>/</c> between them.</param>
    /// <exception cref="ContainerizeException">CTZ0010, or CTZ0009 for a name that begins with <c>.wh.</c></exception>
    public ContainerPath Combine(string relative)
    {
        var names = relative.Split('/', StringSplitOptions.RemoveEmptyEntries);
        foreach (var name in names)
        {
            if (name is "." or ".." || name.Contains('\0', StringComparison.Ordinal))
                throw Invalid(relative, "it has a '.', a '..' or a NUL in it");
            if (name.StartsWith(".wh.", StringComparison.Ordinal))
                throw new ContainerizeException(
                    DiagnosticTable.WhiteoutName,
                    $"'{relative}' cannot be stored in an image: names that begin with '.wh.' mean a deletion in a "
                        + "layer "
                        + "(image-spec, layer.md, \"Whiteouts\"). Rename the file or leave it out."
                );
        }

        var path =
            names.Length == 0 ? this : new ContainerPath((this == Root ? "" : Text) + "/" + string.Join('/', names));
        return path._utf8.Length <= MaxBytes
            ? path
            : throw Invalid(relative, $"it has {path._utf8.Length} bytes and {MaxBytes} is the most that Linux takes");
    }

    /// <summary>Whether the other path is this one or lies below it.</summary>
    public bool Contains(ContainerPath other) =>
        this == Root || other.Text == Text || other.Text.StartsWith(Text + "/", StringComparison.Ordinal);

    public int CompareTo(ContainerPath? other) => other is null ? 1 : _utf8.AsSpan().SequenceCompareTo(other._utf8);

    public bool Equals(ContainerPath? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    public override string ToString() => Text;

    public static bool operator <(ContainerPath left, ContainerPath right) => left.CompareTo(right) < 0;

    public static bool operator >(ContainerPath left, ContainerPath right) => left.CompareTo(right) > 0;

    public static bool operator <=(ContainerPath left, ContainerPath right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ContainerPath left, ContainerPath right) => left.CompareTo(right) >= 0;

    private static ContainerizeException Invalid(string text, string why) =>
        new(DiagnosticTable.InvalidPath, $"The path '{text}' cannot be stored in a layer: {why}.");
}
