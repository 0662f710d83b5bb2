using Containerize.TestKit.Tools;
using Containerize.Tests.Tools;

namespace Containerize.Tests.Dockerfiles;

/// <summary>The builders that ours is compared with.</summary>
/// <param name="buildah">Debian's buildah.</param>
/// <param name="docker">Debian's Docker, for its BuildKit.</param>
public sealed class CorpusPeers(Buildah buildah, DockerEngine docker)
{
    /// <summary>How often a builder builds a Dockerfile at most until the image is as the record says.</summary>
    public const int MostTries = 3;

    /// <summary>Builds a Dockerfile of the corpus.</summary>
    /// <param name="one">The Dockerfile.</param>
    /// <param name="builder"><c>buildah</c> or <c>buildkit</c>.</param>
    /// <param name="layout">The folder that gets the image.</param>
    public Task BuildAsync(CorpusCase one, string builder, string layout) => BuildAsync(one, builder, layout, []);

    /// <summary>Builds a Dockerfile of the corpus with nothing that an earlier build left.</summary>
    public Task BuildWithoutCacheAsync(CorpusCase one, string builder, string layout)
    {
        if (Directory.Exists(layout))
            Directory.Delete(layout, recursive: true);
        return BuildAsync(one, builder, layout, ["--no-cache"]);
    }

    /// <summary>Whether a finding is what runc mounts upon, made where the base has none. BuildKit 0.8 removes the
    /// empty file afterwards, and now and then does not, so no row can name the Dockerfiles.</summary>
    public static bool IsStub(string builder, (string What, string Text) finding) =>
        builder == "buildkit"
        && finding.What is ("/etc/hosts" or "/etc/resolv.conf")
        && finding.Text.StartsWith('+')
        && finding.Text.Contains(" 0:0 0 ", StringComparison.Ordinal);

    private async Task BuildAsync(CorpusCase one, string builder, string layout, string[] more)
    {
        if (builder == "buildah")
        {
            await buildah.BuildForDockerAsync(one.Context, one.PeerFile, layout, [.. more, .. one.PeerCommandLine]);
            return;
        }

        var name = $"corpus/{one.Name}:1";
        // The last of two files counts.
        await docker.BuildWithBuildKitAsync(
            one.Context,
            name,
            [.. more, .. one.PeerCommandLine, "--file", one.PeerFile]
        );
        await docker.SaveAsItIsAsync(name, layout);
    }
}
