using System.Collections.Immutable;

namespace Containerize.Inspection.Reproducibility;

/// <summary>
/// What a build of a project reads: its git repository, or else its folder; the same of projects that it references
/// elsewhere; single files that it names elsewhere; and the files that tools look for in all folders above. A copy
/// keeps their places to each other.
/// </summary>
public sealed class SourceTree
{
    // What MSBuild, NuGet, the compilers and common tools for versions look for from a project's folder upwards.
    private static readonly ImmutableHashSet<string> FoundAbove = ImmutableHashSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Directory.Build.props",
        "Directory.Build.targets",
        "Directory.Build.rsp",
        "Directory.Packages.props",
        "global.json",
        "nuget.config",
        ".editorconfig",
        ".globalconfig",
        "version.json",
        "GitVersion.yml"
    );

    // Large, only read, and of no interest to a build by their path.
    private static readonly ImmutableHashSet<string> LinkedOfGit = ["objects", "lfs", "modules"];

    private readonly ImmutableSortedSet<string> _folders;
    private readonly ImmutableSortedSet<string> _files;

    private SourceTree(string root, ImmutableSortedSet<string> folders, ImmutableSortedSet<string> files) =>
        (Root, _folders, _files) = (root, folders, files);

    /// <summary>The absolute folder that all of it lies below.</summary>
    public string Root { get; }

    /// <summary>Finds what belongs to a project.</summary>
    /// <param name="projectFile">The project's absolute path.</param>
    /// <param name="others">Absolute paths of project files that it references and of files that it names, wherever
    /// they lie.</param>
    public static SourceTree Of(string projectFile, IEnumerable<string> others)
    {
        var folders = ImmutableSortedSet.Create(StringComparer.Ordinal, FolderOf(projectFile));
        var files = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);
        foreach (var other in others.Order(StringComparer.Ordinal))
        {
            if (IsInside(other, folders) || !File.Exists(other))
                continue;
            if (Path.GetExtension(other).EndsWith("proj", StringComparison.OrdinalIgnoreCase))
                folders = folders.Add(FolderOf(other));
            else
                files = files.Add(other);
        }

        files = files.Except(files.Where(file => IsInside(file, folders)));
        var root = folders.Concat(files.Select(file => Path.GetDirectoryName(file)!)).Aggregate(Common);
        var above = folders.SelectMany(folder => Above(folder)).SelectMany(Special).ToList();
        // The highest folder in which a tool finds something is a part of the tree, too.
        root = above.Select(file => Path.GetDirectoryName(file)!).Append(root).Aggregate(Common);
        return new SourceTree(root, folders, files.Union(above));
    }

    /// <summary>Where a file or folder of the tree lies in a copy.</summary>
    /// <param name="path">Its absolute path below <see cref="Root"/>.</param>
    /// <param name="copy">The folder that the tree was copied into.</param>
    public string In(string copy, string path) => Path.Combine(copy, Path.GetRelativePath(Root, path));

    /// <summary>
    /// Copies the tree without what builds made: <c>bin</c> and <c>obj</c> beside a project file. Links stay as they
    /// are, and the objects of a git repository are linked.
    /// </summary>
    /// <param name="copy">An absolute folder that does not exist.</param>
    /// <param name="time">The time that all files get.</param>
    /// <param name="excluded">Absolute folders that are left out.</param>
    /// <param name="cancellationToken">Ends the copying.</param>
    public void CopyTo(string copy, DateTime time, IEnumerable<string> excluded, CancellationToken cancellationToken)
    {
        var without = excluded.Select(Path.TrimEndingDirectorySeparator).ToHashSet(StringComparer.Ordinal);
        foreach (var folder in _folders)
            CopyFolder(new DirectoryInfo(folder), In(copy, folder));
        foreach (var file in _files.Where(file => !IsInside(file, _folders)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(In(copy, file))!);
            CopyFile(file, In(copy, file));
        }

        void CopyFolder(DirectoryInfo from, string to)
        {
            Directory.CreateDirectory(to);
            var isProject = from.EnumerateFiles("*.*proj").Any();
            foreach (var entry in from.EnumerateFileSystemInfos())
            {
                cancellationToken.ThrowIfCancellationRequested();
                var target = Path.Combine(to, entry.Name);
                if (entry is not DirectoryInfo folder)
                {
                    if (entry.LinkTarget is { } link)
                        File.CreateSymbolicLink(target, link);
                    else
                        CopyFile(entry.FullName, target);
                }
                else if (folder.LinkTarget is { } link)
                {
                    Directory.CreateSymbolicLink(target, link);
                }
                else if (from.Name == ".git" && LinkedOfGit.Contains(folder.Name))
                {
                    Directory.CreateSymbolicLink(target, folder.FullName);
                }
                else if (!(isProject && folder.Name is "bin" or "obj") && !without.Contains(folder.FullName))
                {
                    CopyFolder(folder, target);
                }
            }
        }

        void CopyFile(string from, string to)
        {
            File.Copy(from, to);
            File.SetLastWriteTimeUtc(to, time);
        }
    }

    private static string FolderOf(string projectFile)
    {
        var folder = Path.GetDirectoryName(projectFile)!;
        return Above(folder).Prepend(folder).FirstOrDefault(above => Path.Exists(Path.Combine(above, ".git")))
            ?? folder;
    }

    private static IEnumerable<string> Above(string folder)
    {
        for (var above = Path.GetDirectoryName(folder); above is not null; above = Path.GetDirectoryName(above))
            yield return above;
    }

    private static IEnumerable<string> Special(string folder) =>
        Directory.EnumerateFiles(folder).Where(file => FoundAbove.Contains(Path.GetFileName(file)));

    private static bool IsInside(string path, IEnumerable<string> folders) =>
        folders.Any(folder =>
            path.StartsWith(
                Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar,
                StringComparison.Ordinal
            )
        );

    private static string Common(string one, string other)
    {
        while (one != other && !IsInside(other, [one]))
            one = Path.GetDirectoryName(one) ?? one;
        return one;
    }
}
