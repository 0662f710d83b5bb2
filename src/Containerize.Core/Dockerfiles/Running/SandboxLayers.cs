using System.Collections.Immutable;
using System.Globalization;

namespace Containerize.Dockerfiles.Running;

/// <summary>Names unpacked layers for an overlay mount: by links with short names, since all options together have one page.</summary>
internal static class SandboxLayers
{
    /// <summary>Makes the links.</summary>
    /// <param name="folders">The absolute paths of the layers, lowest first.</param>
    /// <param name="sandbox">The absolute path of the sandbox's folder.</param>
    /// <param name="name">The name of the folder of links below it.</param>
    /// <returns>The paths below the sandbox's folder, uppermost first, as overlayfs wants them.</returns>
    public static ImmutableArray<string> Link(ImmutableArray<string> folders, string sandbox, string name)
    {
        Directory.CreateDirectory(Path.Combine(sandbox, name));
        var paths = folders.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"{name}/{i}")).ToImmutableArray();
        for (var i = 0; i < folders.Length; i++)
            File.CreateSymbolicLink(Path.Combine(sandbox, paths[i]), folders[i]);
        return [.. paths.Reverse()];
    }

    /// <summary>The options of every overlay mount: an ordinary user's kernel keeps its notes where users may write.</summary>
    public static string Options(RunnerMachine machine) => machine.IsRoot ? ",redirect_dir=off,metacopy=off,index=off" : ",userxattr";
}
