using System.Collections.Immutable;
using System.Globalization;

namespace Containerize.Dockerfiles.Execution.Sandboxing;

/// <summary>Names unpacked layers for an overlay mount: by links with short names, since all options together have one
/// page.</summary>
internal static class OverlayMount
{
    /// <summary>Makes the links.</summary>
    /// <param name="folders">The absolute paths of the layers, lowest first.</param>
    /// <param name="sandbox">The absolute path of the sandbox's folder.</param>
    /// <param name="name">The name of the folder of links below it.</param>
    /// <returns>The paths below the sandbox's folder, uppermost first, as overlayfs wants them.</returns>
    public static ImmutableArray<string> Link(ImmutableArray<string> folders, string sandbox, string name)
    {
        Directory.CreateDirectory(Path.Combine(sandbox, name));
        var paths = folders
            .Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"{name}/{i}"))
            .ToImmutableArray();
        for (var i = 0; i < folders.Length; i++)
            File.CreateSymbolicLink(Path.Combine(sandbox, paths[i]), folders[i]);
        return [.. paths.Reverse()];
    }

    /// <summary>The step of <see cref="RunScript"/> that lays folders over each other.</summary>
    /// <param name="lower">The paths of the lower ones below the sandbox's folder, uppermost first.</param>
    /// <param name="upper">The folder that takes changes and the one that overlayfs works in; null where nothing can be
    /// changed.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="place">Where the whole is seen.</param>
    public static ImmutableArray<string> Overlay(
        IEnumerable<string> lower,
        (string Changes, string Work)? upper,
        RunnerMachine machine,
        string place
    ) =>
        [
            "overlay",
            $"nodev,lowerdir={string.Join(':', lower)}{(upper is { } own ? $",upperdir={own.Changes},workdir={own.Work}" : "")}{Options(machine)}",
            place,
        ];

    // An ordinary user's kernel keeps its notes where users may write.
    private static string Options(RunnerMachine machine) =>
        machine.IsRoot ? ",redirect_dir=off,metacopy=off,index=off" : ",userxattr";
}
