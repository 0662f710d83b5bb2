using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Addresses;

namespace Containerize.Tool;

/// <summary>The tool's words for a publish as the properties that the targets read.</summary>
internal static class PublishProperties
{
    /// <summary>The properties for the names: one repository, one or more registries, any number of tags.</summary>
    /// <param name="names">The names; may be none, which leaves everything to the project.</param>
    /// <param name="push">Whether the image is pushed to the names' registries.</param>
    /// <exception cref="ContainerizeException">CTZ0153.</exception>
    public static IEnumerable<KeyValuePair<string, string>> OfNames(ImmutableArray<ImageReference> names, bool push)
    {
        if (names.IsEmpty)
            yield break;
        var registries = names.GroupBy(name => name.Registry, StringComparer.Ordinal).ToList();
        var tags = Tags(registries[0]);
        if (
            names.Select(Repository).Distinct(StringComparer.Ordinal).Count() > 1
            || registries.Any(registry => !Tags(registry).SequenceEqual(tags))
        )
            throw new ContainerizeException(
                DiagnosticTable.PublishNames,
                $"A publish makes an image of one name, and these are several: {string.Join(", ", names)}. "
                    + "Use one repository with the same tags everywhere, and copy the image to other names "
                    + "afterwards: 'containerize copy'."
            );
        if (names.FirstOrDefault(name => name.Digest is not null) is { } digest)
            throw new ContainerizeException(
                DiagnosticTable.InvalidReference,
                $"'{digest}' has a digest, which is made and not chosen. Write a tag."
            );
        yield return new("ContainerRepository", Repository(names[0]));
        yield return new("ContainerImageTags", string.Join(';', tags));
        if (push)
            yield return new("ContainerRegistry", string.Join(';', registries.Select(registry => registry.Key)));
        else
            yield return new("_ContainerizeNameRegistry", registries[0].Key);
    }

    /// <summary>The properties for outputs.</summary>
    /// <param name="outputs">The outputs; pushes among them are for <see cref="OfNames"/>.</param>
    /// <param name="engine">The engine, if one of them is one.</param>
    /// <param name="isSolution">Whether several programs may be published: then each has its layout in a folder of its
    /// own, below the one that is named.</param>
    /// <exception cref="ContainerizeException">CTZ0151 for two of one kind, one with a name of its own, or the files
    /// alone.</exception>
    public static IEnumerable<KeyValuePair<string, string>> OfOutputs(
        ImmutableArray<SinkAddress> outputs,
        string engine,
        bool isSolution
    )
    {
        if (outputs.Any(output => output.Kind is SinkKind.RootTar or SinkKind.RootFolder))
            throw new ContainerizeException(
                DiagnosticTable.InvalidOutput,
                "A publish makes an image, and 'type=tar' and 'type=local' are its files alone. Write a "
                    + "layout or a tarball: 'oci:FOLDER', 'archive:FILE'."
            );
        if (
            isSolution
            && outputs.FirstOrDefault(output => output.Kind == SinkKind.Archive && Path.HasExtension(output.Path))
                is { } file
        )
            throw new ContainerizeException(
                DiagnosticTable.InvalidOutput,
                $"'archive:{file.Path}' is one file, and a solution may have several programs, each with an "
                    + "image. Name a folder, which gets a tarball for each: "
                    + $"'archive:{Path.ChangeExtension(file.Path, null)}/'."
            );
        foreach (var kind in outputs.GroupBy(output => output.Kind))
        {
            var output = kind.First();
            if (kind.Count() > 1 || output.Name is not null)
                throw new ContainerizeException(
                    DiagnosticTable.InvalidOutput,
                    "A publish has one output of each kind, without a name of its own: names are given with "
                        + "-t. Leave the others out, and copy the image afterwards: 'containerize copy'."
                );
            if (kind.Key != SinkKind.Registry)
                yield return kind.Key switch
                {
                    SinkKind.Archive => new("ContainerArchiveOutputPath", output.Path),
                    SinkKind.Layout => new(
                        isSolution ? "_ContainerizeLayoutsFolder" : "ContainerOciLayoutPath",
                        output.Path
                    ),
                    _ => new("LocalRegistry", engine),
                };
        }
    }

    /// <summary>A property as the command line of <c>dotnet</c> takes it: MSBuild splits at some characters unless they
    /// are escaped.</summary>
    public static string Argument(KeyValuePair<string, string> property) =>
        $"-p:{property.Key}={property.Value
        .Replace("%", "%25", StringComparison.Ordinal).Replace(";", "%3B", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal)}";

    // Only at Docker Hub does a repository without a namespace belong to one, and users do not write it.
    private static string Repository(ImageReference name) =>
        name.Registry == ImageReference.DockerHub && name.Repository.StartsWith("library/", StringComparison.Ordinal)
            ? name.Repository["library/".Length..]
            : name.Repository;

    private static string[] Tags(IEnumerable<ImageReference> names) =>
        [.. names.Select(name => name.Tag ?? "latest").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
