using Containerize.Diagnostics;
using Containerize.Dockerfiles.Execution.Requests;

namespace Containerize.Dockerfiles.Execution.Mounts;

/// <summary>A path of the build context on disk, which nothing leads out of.</summary>
internal static class ContextPath
{
    private const int MostLinks = 40;

    /// <summary>Follows the links of a path in a context as if the context were all there is.</summary>
    /// <returns>The absolute path of something that is there, without links.</returns>
    /// <exception cref="ContainerizeException">CTZ0146 when nothing is there.</exception>
    public static string Resolve(BindMount bind, string where)
    {
        var root = Path.TrimEndingDirectorySeparator(bind.HostFolder!);
        var (place, links) = (root, 0);
        var left = new Stack<string>(Names(bind.Source).Reverse());
        while (left.TryPop(out var name))
        {
            if (name == "..")
            {
                place = place.Length > root.Length ? Path.GetDirectoryName(place)! : root;
                continue;
            }

            var next = Path.Combine(place, name);
            if (new FileInfo(next).LinkTarget is not { } target || ++links > MostLinks)
            {
                place = next;
                continue;
            }

            place = target.StartsWith('/') ? root : place;
            foreach (var part in Names(target).Reverse())
                left.Push(part);
        }

        return links <= MostLinks && Path.Exists(place)
            ? place
            : throw new ContainerizeException(
                DiagnosticTable.RunMountInvalid,
                $"{where}: the mount at '{bind.Target}' is of '{bind.Source}', and the build context has "
                    + "nothing there. Name a file or folder of the context that .dockerignore does not leave out."
            );
    }

    private static IEnumerable<string> Names(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(name => name != ".");
}
