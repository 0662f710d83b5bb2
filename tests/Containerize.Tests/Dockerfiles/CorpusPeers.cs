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

    /// <summary>The builder whose images lie in its engine until they are saved.</summary>
    public const string BuildKit = "buildkit";

    /// <summary>How many images are saved at once: a start of the client is as long as a build.</summary>
    public const int Batch = 16;

    /// <summary>Builds a Dockerfile of the corpus.</summary>
    /// <param name="one">The Dockerfile.</param>
    /// <param name="builder"><c>buildah</c> or <c>buildkit</c>.</param>
    /// <param name="layout">The folder that gets the image; that of BuildKit gets it by
    /// <see cref="SaveAsync"/>.</param>
    public Task BuildAsync(CorpusCase one, string builder, string layout) => BuildAsync(one, builder, layout, []);

    /// <summary>Saves images that BuildKit has built.</summary>
    /// <param name="built">The Dockerfiles.</param>
    /// <param name="layoutOf">The folder that gets the image of one.</param>
    public Task SaveAsync(IReadOnlyCollection<CorpusCase> built, Func<CorpusCase, string> layoutOf) =>
        docker.SaveAsTheyAreAsync(
            built.ToDictionary(NameOf, layoutOf, StringComparer.Ordinal),
            layoutOf(built.First()) + ".tar"
        );

    /// <summary>Builds a Dockerfile of the corpus with nothing that an earlier build left.</summary>
    public async Task BuildWithoutCacheAsync(CorpusCase one, string builder, string layout)
    {
        if (Directory.Exists(layout))
            Directory.Delete(layout, recursive: true);
        await BuildAsync(one, builder, layout, ["--no-cache"]);
        if (builder == BuildKit)
            await docker.SaveAsItIsAsync(NameOf(one), layout);
    }

    /// <summary>Whether a finding is what runc mounts upon, made where the base has none. BuildKit 0.8 removes the
    /// empty file afterwards, and now and then does not, so no row can name the Dockerfiles.</summary>
    public static bool IsStub(string builder, (string What, string Text) finding) =>
        builder == BuildKit
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

        // The last of two files counts.
        await docker.BuildWithBuildKitAsync(
            one.Context,
            NameOf(one),
            [.. more, .. one.PeerCommandLine, "--file", one.PeerFile]
        );
    }

    private static string NameOf(CorpusCase one) => $"corpus/{one.Name}:1";
}
