using System.Xml;
using System.Xml.Linq;
using Containerize.Caching;

namespace Containerize.Attestations;

/// <summary>What the folder of a restored NuGet package says of it.</summary>
/// <param name="Id">The id in the case of its nuspec.</param>
/// <param name="Version">The version.</param>
internal sealed record NuGetPackage(string Id, string Version)
{
    // A licence is a few pages; more than this is something else.
    private const int MostLicenseBytes = 1 << 18;

    public PackageLicense? License { get; private init; }

    public string? Authors { get; private init; }

    public string? Copyright { get; private init; }

    /// <summary>
    /// The SHA-512 of the package file. The file <c>.nupkg.sha512</c> has it; the <c>contentHash</c> of the assets
    /// file leaves the
    /// repository's signature out and is another one.
    /// </summary>
    public ComponentHash? Hash { get; private init; }

    /// <summary>Reads the folder of a package. What is missing or cannot be read is not known.</summary>
    /// <param name="folder">The absolute path; null where there is none.</param>
    /// <param name="id">The id as the build has it.</param>
    /// <param name="version">The version.</param>
    public static NuGetPackage Read(string? folder, string id, string version)
    {
        var unknown = new NuGetPackage(id, version);
        if (folder is null)
            return unknown;
        var name = id.ToLowerInvariant();
        var known = unknown with
        {
            Hash = HashOf(Path.Combine(folder, $"{name}.{version.ToLowerInvariant()}.nupkg.sha512")),
        };
        try
        {
            var nuspec = XDocument.Load(Path.Combine(folder, name + ".nuspec"));
            return
                nuspec.Root?.Elements().FirstOrDefault(element => element.Name.LocalName == "metadata") is { } metadata
                ? known.With(metadata, folder)
                : known;
        }
        catch (Exception exception) when (exception is XmlException || CacheFolder.IsFault(exception))
        {
            return known;
        }
    }

    private NuGetPackage With(XElement metadata, string folder) =>
        this with
        {
            Id = Text(metadata, "id") ?? Id,
            Authors = Text(metadata, "authors"),
            Copyright = Text(metadata, "copyright"),
            License = LicenseOf(metadata, folder),
        };

    private PackageLicense? LicenseOf(XElement metadata, string folder)
    {
        var license = metadata.Elements().FirstOrDefault(element => element.Name.LocalName == "license");
        return (string?)license?.Attribute("type") switch
        {
            "expression" => new(license!.Value.Trim()),
            "file" when LicenseText(folder, license!.Value.Trim()) is { } text => PackageLicense.OfText(
                Id,
                Version,
                text
            ),
            _ => PackageLicense.OfAddress(Text(metadata, "licenseUrl")),
        };
    }

    private static string? LicenseText(string folder, string name)
    {
        var root = Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar;
        var path = Path.GetFullPath(name.Replace('\\', '/'), folder);
        if (
            !path.StartsWith(root, StringComparison.Ordinal)
            || !File.Exists(path)
            || new FileInfo(path).Length > MostLicenseBytes
        )
            return null;
        return File.ReadAllText(path).ReplaceLineEndings("\n");
    }

    private static string? Text(XElement metadata, string name) =>
        metadata.Elements().FirstOrDefault(element => element.Name.LocalName == name)?.Value.Trim()
            is { Length: > 0 } text
            ? text
            : null;

    private static ComponentHash? HashOf(string path)
    {
        try
        {
            var hash = Convert.FromBase64String(File.ReadAllText(path).Trim());
            return hash.Length == 64 ? new ComponentHash("SHA512", Convert.ToHexStringLower(hash)) : null;
        }
        catch (Exception exception) when (exception is FormatException || CacheFolder.IsFault(exception))
        {
            return null;
        }
    }
}
