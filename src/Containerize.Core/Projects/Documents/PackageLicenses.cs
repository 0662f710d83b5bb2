using System.Collections.Immutable;
using Containerize.Attestations.Licenses;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.Packages;

namespace Containerize.Projects.Documents;

/// <summary>The licences of operating-system packages, read from what they bring along.</summary>
public static class PackageLicenses
{
    private const string Folder = "/usr/share/doc/",
        Name = "/copyright";

    /// <summary>No licence is known.</summary>
    public static ImmutableDictionary<string, string> None { get; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Reads the files <c>copyright</c> that machines can read.</summary>
    /// <param name="packages">The packages.</param>
    /// <param name="layer">The layer that they lie in.</param>
    /// <param name="platform">The image's.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>SPDX expressions by the names of packages.</returns>
    /// <exception cref="Diagnostics.ContainerizeException">The codes of the layer's source.</exception>
    public static async Task<ImmutableDictionary<string, string>> ReadAsync(
        ImmutableArray<InstalledPackage> packages,
        Layer layer,
        Platform platform,
        CancellationToken cancellationToken
    )
    {
        var image = Image.Scratch(platform).With(layer, DateTimeOffset.UnixEpoch, "");
        var files = await ImageFiles
            .ReadAsync(
                image,
                cancellationToken,
                path =>
                    path.Text.StartsWith(Folder, StringComparison.Ordinal)
                    && path.Text.EndsWith(Name, StringComparison.Ordinal)
            )
            .ConfigureAwait(false);
        var licenses = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var package in packages)
        {
            // A folder of documents may be a link to that of another package.
            var path = ContainerPath.Parse(Folder + package.Name + Name);
            if (
                await files.ReadTextAsync(path, cancellationToken).ConfigureAwait(false) is { } text
                && DebianCopyright.Parse(text) is { } expression
            )
                licenses[package.Name] = expression;
        }

        return licenses.ToImmutable();
    }
}
