using Containerize.TestKit.Tools;

namespace Containerize.Tests.Dockerfiles;

/// <summary>A difference between what a builder and what we make of a Dockerfile that is meant to be: a line of
/// <c>differences.txt</c>.</summary>
/// <param name="Case">The Dockerfile, without its number; <c>*</c> for all.</param>
/// <param name="Builder"><c>buildah</c> or <c>buildkit</c>.</param>
/// <param name="What">The member of the config, or <c>/</c> and a path; <c>*</c> at the end for all below.</param>
/// <param name="Reason">Why.</param>
public sealed record Difference(string Case, string Builder, string What, string Reason)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Difference> All { get; } =
    [
        .. File.ReadLines(
                Path.Combine(TestFolder.Repository, "tests", "Containerize.Tests", "Dockerfiles", "differences.txt")
            )
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(' ', 4, StringSplitOptions.RemoveEmptyEntries))
            .Select(parts => new Difference(parts[0], parts[1], parts[2], parts[3])),
    ];

    /// <summary>Whether this is about a builder and a Dockerfile.</summary>
    public bool Concerns(string name, string builder) =>
        (Case == "*" || name[(name.IndexOf('-') + 1)..] == Case) && Builder == builder;

    /// <summary>Whether this is the recorded difference.</summary>
    public bool Explains(string name, string builder, string what) =>
        Concerns(name, builder)
        && (What == what || (What.EndsWith('*') && what.StartsWith(What[..^1], StringComparison.Ordinal)));
}
