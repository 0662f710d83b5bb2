namespace Containerize.Dockerfiles.Steps;

/// <summary>Paths in containers as instructions write them.</summary>
internal static class PathText
{
    /// <summary>A path from a folder: absolute, without <c>.</c> and <c>..</c>; above the root is the root.</summary>
    /// <param name="folder">The folder that a relative path is of; empty for the root.</param>
    /// <param name="path">The path.</param>
    public static string Join(string folder, string path)
    {
        var names = new List<string>();
        foreach (
            var name in (path.StartsWith('/') ? path : $"{folder}/{path}").Split(
                '/',
                StringSplitOptions.RemoveEmptyEntries
            )
        )
        {
            if (name == ".." && names.Count > 0)
                names.RemoveAt(names.Count - 1);
            else if (name is not ("." or ".."))
                names.Add(name);
        }

        return "/" + string.Join('/', names);
    }
}
