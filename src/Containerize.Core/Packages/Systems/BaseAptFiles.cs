using Containerize.Entries;
using Containerize.Packages.Sources;

namespace Containerize.Packages.Systems;

/// <summary>The files of a base image with its apt's sources and keys.</summary>
/// <param name="system">The base.</param>
internal sealed class BaseAptFiles(BaseSystem system) : AptFiles
{
    /// <summary>Where an image has these files, as every Debian has them.</summary>
    public const string Folder = "/etc/apt";

    private static readonly string[] Folders =
    [
        "/etc/apt",
        "/etc/apt/sources.list.d",
        "/etc/apt/trusted.gpg.d",
        "/etc/apt/keyrings",
        "/etc/apt/mirrors",
        "/usr/share/keyrings",
    ];

    private readonly FolderLinks _links = new(system.Links);

    public override bool IsMachine => false;

    /// <summary>Whether a file of an image is one of them, as far as its place tells.</summary>
    public static bool IsOne(ContainerPath path) =>
        Array.IndexOf(Folders, path.Parent?.Text) >= 0 && Path.GetExtension(path.Name) is not (".save" or ".bak");

    public override IEnumerable<string> List(string folder) =>
        system
            .AptFiles.Keys.Concat(system.Links.Keys)
            .Where(path => path.Parent?.Text == folder)
            .Select(path => path.Text)
            .Order(StringComparer.Ordinal);

    public override byte[]? Read(string path)
    {
        // A keyring by its old name is a link to the new one.
        var place = _links.Follow(ContainerPath.Parse(path));
        return system.AptFiles.GetValueOrDefault(place) is { IsDefault: false } bytes ? [.. bytes] : null;
    }
}
