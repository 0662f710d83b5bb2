using System.Collections.Immutable;
using System.Formats.Tar;

namespace Containerize.Verification;

/// <summary>
/// The entries of a layer's tar: each path once and within the root, whiteouts that hide something that can be named
/// (layer.md, "Whiteouts"), links that lead somewhere, modes and owners that exist.
/// </summary>
/// <param name="where">The layer.</param>
/// <param name="violations">Gets what is wrong.</param>
internal sealed class TarVerification(string where, ImmutableArray<Violation>.Builder violations)
{
    private const string Whiteout = ".wh.";
    private const string Opaque = ".wh..wh..opq";
    private const int Modes = 0b111_111_111_111;

    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);

    /// <summary>Reads the entries, as far as there are any.</summary>
    /// <exception cref="InvalidDataException">When it is no tar.</exception>
    public void Check(Stream plain, CancellationToken cancellationToken)
    {
        using var tar = new TarReader(plain, leaveOpen: true);
        while (Next(tar) is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.EntryType != TarEntryType.GlobalExtendedAttributes)
                Check(entry);
        }
    }

    // What the reader makes of bytes that are no header is any of these.
    private static TarEntry? Next(TarReader tar)
    {
        try
        {
            return tar.GetNextEntry();
        }
        catch (EndOfStreamException)
        {
            // Where the tar ends too soon, its length or its missing end say so.
            return null;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"its tar has a header that cannot be read: {exception.Message}", exception);
        }
    }

    private void Check(TarEntry entry)
    {
        var path = PathOf(entry.Name);
        var name = path[(path.LastIndexOf('/') + 1)..];
        Require(_paths.Add(path), $"has '{path}' twice");
        Require(!entry.Name.StartsWith('/') && !path.Split('/').Contains(".."), $"has the path '{entry.Name}', which leaves the root");
        Require(name != Whiteout, $"has a whiteout of nothing: '{path}'");
        if (name.StartsWith(Whiteout, StringComparison.Ordinal) && name != Opaque)
        {
            Require(!name[Whiteout.Length..].StartsWith(Whiteout, StringComparison.Ordinal) && name[Whiteout.Length..] is not ("." or ".."),
                $"has the whiteout '{path}', which hides nothing that a layer may hold");
            Require(!_paths.Contains(Sibling(path, name[Whiteout.Length..])), $"has '{path}' and what it hides");
        }
        else
            Require(!_paths.Contains(Sibling(path, Whiteout + name)), $"has '{path}' and a whiteout of it");
        Require(((int)entry.Mode & ~Modes) == 0, $"'{path}' has the mode {Convert.ToString((int)entry.Mode, 8)}");
        if (entry.EntryType is TarEntryType.SymbolicLink or TarEntryType.HardLink)
            Require(entry.LinkName.Length > 0, $"the link '{path}' leads nowhere");
        if (entry.EntryType == TarEntryType.HardLink)
            Require(!PathOf(entry.LinkName).Split('/').Contains(".."), $"the hard link '{path}' leads out of the root, to '{entry.LinkName}'");
    }

    private void Require(bool holds, string violation)
    {
        if (!holds)
            violations.Add(new Violation(where, violation));
    }

    private static string PathOf(string name) => (name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name).Trim('/');

    private static string Sibling(string path, string name) => path.LastIndexOf('/') is var slash and >= 0 ? path[..(slash + 1)] + name : name;
}
