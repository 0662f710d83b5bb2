using Containerize.TestKit.Tools;

namespace Containerize.Tests.Tools;

/// <summary>buildah with a store of its own, building without namespaces of its own.</summary>
/// <param name="folder">An empty folder of its own.</param>
public sealed class Buildah(string folder)
{
    /// <summary>Builds the Dockerfile of a folder and writes the image as an OCI layout, tagged <c>built</c>.</summary>
    public async Task BuildAsync(string context, string layout)
    {
        var name = "localhost/built:" + Guid.NewGuid().ToString("N");
        await BuildahAsync(
            "bud",
            "--isolation",
            "chroot",
            "--identity-label=false",
            "--tls-verify=false",
            "--tag",
            name,
            "--file",
            Path.Combine(context, "Dockerfile"),
            context
        );
        await BuildahAsync("push", "--quiet", name, $"oci:{layout}:built");
    }

    /// <summary>Builds the Dockerfile of a folder and writes the image in Docker's format, with all that OCI's config
    /// has no member for.</summary>
    /// <param name="context">The folder.</param>
    /// <param name="layout">The folder of the layout, which must not exist yet.</param>
    /// <param name="arguments">The rest of the command line.</param>
    public async Task BuildForDockerAsync(
        string context,
        string dockerfile,
        string layout,
        params IEnumerable<string> arguments
    )
    {
        // The image goes into the folder at once: a name in the store would need a second start, to push it.
        await BuildahAsync([
            "bud",
            "--isolation",
            "chroot",
            "--format",
            "docker",
            "--identity-label=false",
            "--tls-verify=false",
            "--file",
            dockerfile,
            "--tag",
            $"dir:{layout}",
            .. arguments,
            context,
        ]);
        SkopeoFolder.MakeLayout(layout);
    }

    private Task<CommandResult> BuildahAsync(params IEnumerable<string> arguments) =>
        Shell.RunAsync(
            "buildah",
            [
                "--root",
                Path.Combine(folder, "root"),
                "--runroot",
                Path.Combine(folder, "run"),
                "--storage-driver",
                "vfs",
                .. arguments,
            ]
        );
}
