using System.Collections.Immutable;
using System.Text;
using Containerize.Entries;
using Containerize.Layers;

namespace Containerize.Publishing.Layering;

/// <summary>
/// Folders of this machine in what the app's compilers wrote: the same sources give another image elsewhere. Only
/// assemblies and symbols of the app itself are read, because packages are the same bytes on every machine.
/// </summary>
/// <param name="Files">The absolute paths in the image of the files that hold one, sorted.</param>
/// <param name="Project">The full path of the project whose folder it is.</param>
internal sealed record MachinePaths(ImmutableArray<string> Files, string Project)
{
    // A shorter one may stand in a program for other reasons.
    private const int LeastBytes = 8;
    private const long MostBytes = 64 << 20;

    private static readonly ImmutableArray<string> Kinds = [".dll", ".exe", ".pdb"];

    /// <summary>Looks for folders of projects in the files of the app.</summary>
    /// <param name="plan">The files of the image.</param>
    /// <param name="workingDirectory">Where the app lies in the container, which its files may name.</param>
    /// <param name="projects">The full paths of the project and of those that it references.</param>
    /// <returns>One for each project whose folder a file holds.</returns>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0012, CTZ0014 for a file that cannot be read.</exception>
    public static ImmutableArray<MachinePaths> Of(
        LayerPlan plan,
        ContainerPath workingDirectory,
        IEnumerable<string> projects
    )
    {
        var folders = projects
            .Distinct(StringComparer.Ordinal)
            .Select(project => (Project: project, Folder: Path.GetDirectoryName(project) + Path.DirectorySeparatorChar))
            .Where(one => Encoding.UTF8.GetByteCount(one.Folder) > LeastBytes)
            .Where(one => !one.Folder.StartsWith(workingDirectory.Text + "/", StringComparison.Ordinal))
            .Select(one =>
                (one.Project, Utf8: Encoding.UTF8.GetBytes(one.Folder), Utf16: Encoding.Unicode.GetBytes(one.Folder))
            )
            .ToList();
        var found = folders.Select(_ => new SortedSet<string>(StringComparer.Ordinal)).ToList();
        var files = plan.Layers.Where(layer => layer.Name == LayerNames.App).SelectMany(layer => layer.Entries);
        foreach (var entry in files.Where(IsCompiled))
        {
            var bytes = Read(entry.Content!).AsSpan();
            for (var i = 0; i < folders.Count; i++)
            {
                if (bytes.IndexOf(folders[i].Utf8) >= 0 || bytes.IndexOf(folders[i].Utf16) >= 0)
                    found[i].Add(entry.Path.Text);
            }
        }

        return
        [
            .. folders
                .Zip(found, (one, held) => new MachinePaths([.. held], one.Project))
                .Where(one => !one.Files.IsEmpty),
        ];
    }

    private static bool IsCompiled(LayerEntry entry) =>
        entry is { Kind: EntryKind.File, Content.Length: <= MostBytes }
        && Kinds.Contains(Path.GetExtension(entry.Path.Text).ToLowerInvariant());

    private static byte[] Read(FileContent content)
    {
        using var memory = new MemoryStream((int)content.Length);
        content.CopyTo(memory);
        return memory.ToArray();
    }
}
