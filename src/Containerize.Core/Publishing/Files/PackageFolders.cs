using System.Collections.Immutable;

namespace Containerize.Publishing.Files;

/// <summary>
/// The folders in which NuGet keeps packages on this machine: NuGet's own and the fallback folders. A file in one of
/// them is of the package that the two folders above it name, wherever it is listed: <c>ROOT/serilog/4.3.0/…</c>.
/// </summary>
/// <param name="Roots">Full paths, each with a separator at its end.</param>
public sealed record PackageFolders(ImmutableArray<string> Roots)
{
    /// <summary>No folder.</summary>
    public static PackageFolders None { get; } = new([]);

    /// <summary>The folders of some paths.</summary>
    /// <param name="paths">Full paths; empty ones do not count.</param>
    public static PackageFolders Of(IEnumerable<string> paths) =>
        new([
            .. paths
                .Where(path => path.Length > 0)
                .Select(path => Path.TrimEndingDirectorySeparator(path) + Path.DirectorySeparatorChar)
                .Distinct(StringComparer.Ordinal),
        ]);

    /// <summary>The folder of a package; null where none of the folders has it.</summary>
    /// <param name="id">Its id, in any case.</param>
    /// <param name="version">Its version.</param>
    public string? FolderOf(string id, string version) =>
        Roots
            .Select(root => Path.Combine(root, id.ToLowerInvariant(), version.ToLowerInvariant()))
            .FirstOrDefault(Directory.Exists);

    /// <summary>The package that a file is of; null for a file that lies elsewhere.</summary>
    /// <param name="file">Its full path.</param>
    public PackageOfFile? Find(string file)
    {
        var comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        foreach (var root in Roots)
        {
            if (!file.StartsWith(root, comparison))
                continue;
            var names = file[root.Length..].Split(Path.DirectorySeparatorChar, '/');
            if (names.Length > 2 && names.All(name => name.Length > 0 && name != ".."))
                return new PackageOfFile(names[0], names[1]);
        }

        return null;
    }
}

/// <summary>A package, by the names of its folders.</summary>
/// <param name="Id">Its id, in lower case where NuGet made the folder.</param>
/// <param name="Version">Its version, written so too.</param>
public sealed record PackageOfFile(string Id, string Version)
{
    public override string ToString() => $"package {Id} {Version}";
}
