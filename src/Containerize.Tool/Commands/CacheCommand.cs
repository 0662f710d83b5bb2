using System.CommandLine;

namespace Containerize.Tool.Commands;

/// <summary><c>containerize cache</c>: what is kept from build to build.</summary>
internal sealed class CacheCommand : Command
{
    public CacheCommand(ToolHost host)
        : base("cache", "Shows and prunes what is kept between builds.")
    {
        Add(new CacheShowCommand(host));
        Add(new CachePruneCommand(host));
        Add(new CachePathCommand(host));
    }

    /// <summary>The option that all three have.</summary>
    public static Option<string> Folder() =>
        new("--cache-dir")
        {
            Description = "The cache's folder; the platform's folder for caches by default.",
            HelpName = "FOLDER",
        };
}
