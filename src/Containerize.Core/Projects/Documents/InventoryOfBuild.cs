using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Containerize.Attestations;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Packages;
using Containerize.Publishing;
using Containerize.Publishing.Settings;

namespace Containerize.Projects.Documents;

/// <summary>
/// The inventory of an image that a run made: what the publish consists of, and where it lies in the image.
/// </summary>
internal sealed class InventoryOfBuild
{
    private readonly PublishFacts _facts;
    private readonly ProjectComponents _project;
    private readonly ContainerBuildResult _result;
    private readonly bool _withSha1;

    private InventoryOfBuild(
        PublishFacts facts,
        ProjectComponents project,
        ContainerBuildResult result,
        bool withSha1
    ) => (_facts, _project, _result, _withSha1) = (facts, project, result, withSha1);

    /// <summary>Makes the inventory of an image.</summary>
    /// <param name="facts">What the build knows of the publish.</param>
    /// <param name="project">What the publish consists of.</param>
    /// <param name="result">What the run made.</param>
    /// <param name="settings">The image's time.</param>
    /// <param name="baseReference">The reference of the base image; null for a place on this machine.</param>
    /// <param name="withSha1">Whether files get the SHA-1 that SPDX demands.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0012 and CTZ0014 for a file that changes or cannot be
    /// read.</exception>
    public static Inventory Create(
        PublishFacts facts,
        ProjectComponents project,
        ContainerBuildResult result,
        ContainerSettings settings,
        ImageReference? baseReference,
        bool withSha1
    )
    {
        var image = result.Image;
        var self = new InventoryOfBuild(facts, project, result, withSha1);
        var components = self.Project()
            .Concat(SystemPackages(facts, result.Packages?.Packages ?? []))
            .Concat(SystemOf(result.Packages?.Packages ?? []))
            .Concat(self.OfBase(baseReference))
            .ToList();
        var app = components.FindIndex(component => component.Kind == ComponentKind.Application);
        // What the base gives is needed by the app, too.
        var shared = components
            .Where(component => component.Kind == ComponentKind.Framework)
            .Select(component => component.Id);
        components[app] = components[app] with
        {
            Dependencies =
            [
                .. components[app]
                    .Dependencies.Concat(shared)
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal),
            ],
        };
        return new Inventory(
            new ImageSubject(
                facts.Repository,
                image.Digest,
                image.Config.Digest,
                image.Config.Platform.InIndex(),
                settings.Created
            ),
            [
                .. components
                    .OrderBy(component => component.Kind)
                    .ThenBy(component => component.Id, StringComparer.Ordinal),
            ]
        )
        {
            Layers = result.Layers.ToImmutableSortedDictionary(
                layer => layer.Layer.Name,
                layer => layer.Layer.DiffId,
                StringComparer.Ordinal
            ),
        };
    }

    private ContainerPath WorkingDirectory => _result.Placed.WorkingDirectory;

    private IEnumerable<Component> Project()
    {
        var entries = _result
            .Placed.Layers.SelectMany(layer =>
                layer
                    .Entries.Where(entry => entry.Content is not null)
                    .Select(entry => (entry.Path, layer.Name, Content: entry.Content!, Owner: OwnerOf(entry.Path)))
            )
            .ToArray();
        var program =
            entries
                .FirstOrDefault(entry =>
                    entry.Path == WorkingDirectory.Combine(_facts.AssemblyName)
                    || entry.Path == WorkingDirectory.Combine(_facts.AssemblyName + ".exe")
                )
                .Name
            ?? LayerNames.App;
        var files = new (string Owner, ComponentFile? File)[entries.Length];
        // A runtime has hundreds of files, and its package says which they are.
        Parallel.For(
            0,
            entries.Length,
            index =>
            {
                var (path, layer, content, owner) = entries[index];
                files[index] = (owner.Id, owner.Kind == ComponentKind.Framework ? null : FileOf(path, layer, content));
            }
        );
        var byOwner = files
            .Where(file => file.File is not null)
            .ToLookup(file => file.Owner, file => file.File!, StringComparer.Ordinal);
        var layers = entries.ToLookup(entry => entry.Owner.Id, entry => entry.Name, StringComparer.Ordinal);
        return _project.All.Select(component =>
            component with
            {
                Files = [.. byOwner[component.Id].OrderBy(file => file.Path, StringComparer.Ordinal)],
                Layer =
                    component.IsEmbedded ? program
                    : layers[component.Id].Distinct().ToArray() is [var only] ? only
                    : null,
                Remarks = RemarksOf(_facts, component.Name),
                License =
                    component.Kind == ComponentKind.Application
                        ? Label("licenses") is { } own
                            ? new(own)
                            : null
                        : component.License,
                Supplier = component.Kind == ComponentKind.Application ? Label("vendor") : component.Supplier,
            }
        );
    }

    private Component OwnerOf(ContainerPath path)
    {
        var root = WorkingDirectory == ContainerPath.Root ? "/" : WorkingDirectory.Text + "/";
        return path.Text.StartsWith(root, StringComparison.Ordinal)
            ? _project.OwnerOf(path.Text[root.Length..])
            : _project.App;
    }

    [SuppressMessage(
        "Security",
        "CA5350",
        Justification = "SPDX 2.3 demands a SHA-1 of each file; nothing is trusted for it"
    )]
    private ComponentFile FileOf(ContainerPath path, string layer, FileContent content)
    {
        var sha256 = content.Sha256 ?? _result.Hashes?.Of(content) ?? Hash(content, SHA256.HashData);
        return new ComponentFile(path.Text, layer, _withSha1 ? Hash(content, SHA1.HashData) : "", sha256);
    }

    private static string Hash(FileContent content, Func<Stream, byte[]> hash)
    {
        using var stream = content.Open();
        return Convert.ToHexStringLower(hash(stream));
    }

    /// <summary>The packages of the operating system that a run installs, as components.</summary>
    /// <param name="facts">Their licences, and the user's remarks about them.</param>
    /// <param name="packages">The packages.</param>
    public static IEnumerable<Component> SystemPackages(
        PublishFacts facts,
        ImmutableArray<InstalledPackage> packages
    ) =>
        packages.Select(package =>
        {
            var url = PackageUrl.OfDebian(package, packages);
            return new Component(url, ComponentKind.SystemPackage, package.Name, package.Version)
            {
                PackageUrl = url,
                Hash = new ComponentHash("SHA256", package.Digest.Hex),
                Layer = LayerNames.Packages,
                License = facts.PackageLicenses.TryGetValue(package.Name, out var license)
                    ? PackageLicense.OfDebian(license, package.Name)
                    : null,
                Remarks = RemarksOf(facts, package.Name),
            };
        });

    // Scanners leave out a package of an operating system where no document says of which.
    private static IEnumerable<Component> SystemOf(ImmutableArray<InstalledPackage> packages)
    {
        var (name, release) = PackageUrl.DistributionOf(packages);
        if (release.Length > 0)
            yield return new Component($"os:{name}", ComponentKind.OperatingSystem, name, release)
            {
                Layer = LayerNames.Packages,
                Dependencies = [.. packages.Select(package => PackageUrl.OfDebian(package, packages))],
            };
    }

    private static ImmutableArray<string> RemarksOf(PublishFacts facts, string name) =>
        facts.Exceptions.TryGetValue(name, out var reason) ? [$"licence allowed: {reason}"] : [];

    private IEnumerable<Component> OfBase(ImageReference? reference)
    {
        var image = _result.BaseImage;
        if (image.Layers.IsEmpty)
            yield break;
        // A place on this machine has a name that means nothing elsewhere.
        yield return new Component(
            "base",
            ComponentKind.BaseImage,
            reference?.Name ?? "base image",
            reference?.Tag ?? _result.BaseDigest.ToString()
        )
        {
            PackageUrl = reference is null
                ? null
                : PackageUrl.OfImage(reference, _result.BaseDigest, image.Config.Platform),
            Hash = new ComponentHash(_result.BaseDigest.Algorithm.ToUpperInvariant(), _result.BaseDigest.Hex),
        };
        if (_facts.IsSelfContained)
            yield break;
        foreach (var framework in Frameworks.Of(image, _facts.Frameworks, image.Config.Platform.ToRuntimeIdentifier()))
            yield return framework;
    }

    private string? Label(string name) =>
        _result.Image.Config.Labels.GetValueOrDefault("org.opencontainers.image." + name) is { Length: > 0 } value
            ? value
            : null;
}
