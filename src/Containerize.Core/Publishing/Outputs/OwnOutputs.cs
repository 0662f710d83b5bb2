using System.Collections.Immutable;
using System.Text;
using Containerize.Caching;
using Containerize.Diagnostics;

namespace Containerize.Publishing.Outputs;

/// <summary>
/// What a run writes for its user. None of it is ever an input: an image that held its own tarball or metadata would be
/// another one with every run.
/// </summary>
/// <param name="Paths">Absolute paths and their settings; a folder that is all ours ends with a separator.</param>
public sealed record OwnOutputs(ImmutableArray<(string Path, string Setting)> Paths)
{
    /// <summary>The outputs of a run.</summary>
    /// <param name="destinations">Where the image goes.</param>
    /// <param name="metadata">The absolute path of the metadata, or empty.</param>
    /// <param name="dockerfileFolder">The absolute path of the folder with the equivalent Dockerfile, or empty.</param>
    /// <param name="lockFile">The absolute path of the lock file where the run writes it, or empty.</param>
    /// <param name="documents">The absolute paths of the documents beside the metadata.</param>
    /// <param name="report">The absolute path of the page of the image, or empty.</param>
    public static OwnOutputs Of(
        Destinations destinations,
        string metadata,
        string dockerfileFolder,
        string lockFile,
        IEnumerable<string>? documents = null,
        string report = ""
    )
    {
        var paths = ImmutableArray.CreateBuilder<(string, string)>();
        if (destinations.ArchivePath is { } archive)
            paths.Add((archive, "ContainerArchiveOutputPath"));
        if (destinations.Layout.Length > 0)
        {
            foreach (var name in new[] { "index.json", "oci-layout", "blobs" + Path.DirectorySeparatorChar })
                paths.Add((Path.Combine(destinations.Layout, name), "ContainerOciLayoutPath"));
        }

        if (metadata.Length > 0)
            paths.Add((metadata, "ContainerMetadataPath"));
        paths.AddRange((documents ?? []).Select(path => (path, "ContainerMetadataPath")));
        if (report.Length > 0)
            paths.Add((report, "ContainerReportPath"));
        if (dockerfileFolder.Length > 0)
            paths.Add((Path.Combine(dockerfileFolder, ".") + Path.DirectorySeparatorChar, "ContainerDockerfilePath"));
        if (lockFile.Length > 0)
            paths.Add((lockFile, "ContainerLockFile"));
        // Absolute as they are, but perhaps with '..' and '.' in them.
        return new OwnOutputs([
            .. paths.Select(pair => (Path.GetFullPath(pair.Item1, Path.GetPathRoot(pair.Item1)!), pair.Item2)),
        ]);
    }

    /// <summary>Refuses a run that would read what it writes.</summary>
    /// <param name="inputs">The absolute paths of files that go into the image.</param>
    /// <exception cref="ContainerizeException">CTZ0185.</exception>
    public void RefuseAsInputs(IEnumerable<string> inputs)
    {
        foreach (var input in inputs)
        {
            var setting = Paths
                .FirstOrDefault(output =>
                    Path.EndsInDirectorySeparator(output.Path)
                        ? input.StartsWith(output.Path, StringComparison.Ordinal)
                        : input == output.Path
                )
                .Setting;
            if (setting is not null)
                throw new ContainerizeException(
                    DiagnosticTable.OutputIsInput,
                    $"'{input}' goes into the image, and {setting} has this run write it: "
                        + $"the image would be another one with every run. Set {setting} to a path that no item "
                        + "of the project includes, or leave the file out of the item."
                );
        }
    }

    /// <summary>Adds these outputs to those of earlier runs, as patterns that MSBuild excludes from items.</summary>
    /// <param name="file">The absolute path of the list. What cannot be written is not remembered.</param>
    /// <param name="projectFolder">The absolute path of the project's folder; only what lies in it counts.</param>
    public void Remember(string file, string projectFolder)
    {
        var ours = Paths
            .Select(output => Path.GetRelativePath(projectFolder, output.Path))
            .Select(path => path.Replace(Path.DirectorySeparatorChar, '/'))
            .Where(path => path is not ("." or "./") && !Path.IsPathRooted(path))
            .Where(path => !path.StartsWith("..", StringComparison.Ordinal))
            .Select(path => Escape(path) + (path.EndsWith('/') ? "**" : ""));
        try
        {
            string[] known = File.Exists(file) ? File.ReadAllText(file).Split(";\n") : [];
            // What somebody has removed need not be excluded any more.
            var kept = known.Where(pattern =>
                Path.Exists(Path.Combine(projectFolder, Uri.UnescapeDataString(pattern).TrimEnd('*')))
            );
            string[] all = [.. kept.Concat(ours).Distinct().Order(StringComparer.Ordinal)];
            if (all.Length == 0 || all.SequenceEqual(known))
                return;
            CacheFolder.Replace(file, stream => stream.Write(Encoding.UTF8.GetBytes(string.Join(";\n", all))));
        }
        catch (Exception exception) when (CacheFolder.IsFault(exception)) { }
    }

    // The characters that mean something to MSBuild in the value of a property or an item.
    private static string Escape(string path) =>
        string.Concat(
            path.Select(letter =>
                "%*?@$();'".Contains(letter, StringComparison.Ordinal) ? $"%{(int)letter:x2}" : $"{letter}"
            )
        );
}
