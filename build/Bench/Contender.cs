using System.IO.Compression;

namespace Containerize.Bench;

/// <summary>A way to publish a piece of work, into one sink, in a folder and with caches of its own.</summary>
/// <param name="Way"><c>plain</c>, <c>sdk</c>, <c>buildah</c> or <c>ours</c>.</param>
/// <param name="Work">What is published.</param>
/// <param name="Sink"><c>tarball</c>, <c>push</c>, or <c>none</c> for plain.</param>
/// <param name="Place">Where the bench keeps things.</param>
internal sealed record Contender(string Way, Work Work, string Sink, Place Place)
{
    private int _changes;

    /// <summary>Where its sources and everything that it makes lie.</summary>
    public string Folder => Path.Combine(Place.Folder, "work", Plain($"{Work.Name}-{Way}-{Sink}"));

    private string Tarball => Path.Combine(Folder, "image.tar");

    private string Cache => Path.Combine(Folder, "cache");

    private string Temporary => Path.Combine(Folder, "tmp");

    /// <summary>Writes the sources and restores them.</summary>
    public void Prepare()
    {
        Directory.CreateDirectory(Folder);
        Work.Write(Folder);
        Shell.Run(Folder, ["dotnet", "restore", Work.Project, .. Common, "-v:quiet"]);
    }

    /// <summary>Brings everything into the state that a scenario begins with.</summary>
    public void SetUp(string scenario)
    {
        if (scenario == "first")
        {
            foreach (
                var folder in Directory
                    .GetDirectories(Folder)
                    .Where(project => Directory.Exists(Path.Combine(project, "obj")))
            )
            {
                Remove(Path.Combine(folder, "bin"));
                Remove(Path.Combine(folder, "obj", "Release"));
            }

            File.Delete(Tarball);
        }

        if (scenario is "first" or "fresh machine")
        {
            Remove(Cache);
            Remove(Temporary);
            foreach (var folder in Directory.GetDirectories(Folder, "containerize", SearchOption.AllDirectories))
                Remove(folder);
            if (Way == "buildah")
                Shell.Run(Folder, [.. Buildah, "rmi", "--all", "--force"]);
        }

        Directory.CreateDirectory(Temporary);
        if (scenario is "one line" or "fresh machine")
            Bench.Work.Change(Folder, ++_changes);
    }

    /// <summary>Publishes once.</summary>
    /// <param name="run">A part of the repository's name: another run is another repository.</param>
    /// <param name="port">The port of the registry, or of what stands before it.</param>
    public Cost Publish(string run, int port)
    {
        // The SDK keeps base layers in the folder for temporary files.
        string[] publish = ["env", $"TMPDIR={Temporary}", "dotnet", "publish", Work.Project, .. Common, "-v:quiet"];
        var registry = FormattableString.Invariant($"127.0.0.1:{port}");
        var name = Work.Images is [""] ? $"bench/{Repository(run)}" : "";
        string[] image =
        [
            $"-p:ContainerBaseImage={registry}/base/{Work.Base}:1",
            "-p:ContainerImageTag=1",
            $"-p:BenchRun={Repository(run)}-",
            .. name.Length > 0 ? [$"-p:ContainerRepository={name}"] : Array.Empty<string>(),
            Sink == "tarball" ? $"-p:ContainerArchiveOutputPath={Tarball}" : $"-p:ContainerRegistry={registry}",
        ];
        return Way switch
        {
            "plain" => Shell.Measure(Folder, publish),
            "sdk" => Shell.Measure(Folder, [.. publish, "-t:PublishContainer", .. image]),
            "ours" => Shell.Measure(
                Folder,
                [
                    .. publish,
                    "-p:Containerize=true",
                    $"-p:CustomAfterMicrosoftCommonTargets={Place.Targets}",
                    $"-p:ContainerCacheDirectory={Cache}",
                    .. image,
                ]
            ),
            _ => Shell.Measure(Folder, publish) + BuildAndStore(name, registry),
        };
    }

    /// <summary>The compressed size of the assembly that <see cref="Bench.Work.Change"/> changes, with what the
    /// compiler writes beside it.</summary>
    public long Changed()
    {
        if (Work.Project != "HelloWeb")
            return 0;
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            foreach (var extension in new[] { ".dll", ".pdb" })
                gzip.Write(File.ReadAllBytes(Path.Combine(PublishFolder, Work.Project + extension)));
        }

        return compressed.Length;
    }

    /// <summary>The repositories that a run stores its images in.</summary>
    public IEnumerable<string> Repositories(string run) =>
        Work.Images.Select(image => $"bench/{Repository(run)}{(image.Length > 0 ? "-" : "")}{image}");

    private Cost BuildAndStore(string name, string registry)
    {
        var published = PublishFolder;
        var dockerfile = Path.Combine(Folder, "Dockerfile");
        File.WriteAllText(
            dockerfile,
            $"FROM {registry}/base/{Work.Base}:1\nWORKDIR /app\nCOPY . .\nENTRYPOINT [\"dotnet\", "
                + $"\"/app/{Work.Project}.dll\"]\n"
        );
        return Shell.Measure(
                Folder,
                [
                    .. Buildah,
                    "bud",
                    "--isolation",
                    "chroot",
                    "--layers",
                    "--tls-verify=false",
                    "--quiet",
                    "-t",
                    "localhost/bench:1",
                    "-f",
                    dockerfile,
                    published,
                ]
            )
            + Shell.Measure(
                Folder,
                [
                    .. Buildah,
                    "push",
                    "--tls-verify=false",
                    "--quiet",
                    "localhost/bench:1",
                    Sink == "tarball" ? $"oci-archive:{Tarball}:localhost/bench:1" : $"docker://{registry}/{name}:1",
                ]
            );
    }

    private string PublishFolder =>
        Directory.GetDirectories(
            Path.Combine(Folder, Work.Project, "bin", "Release"),
            "publish",
            SearchOption.AllDirectories
        )[0];

    private string[] Buildah =>
        [
            "buildah",
            "--root",
            Path.Combine(Folder, "buildah"),
            "--runroot",
            Path.Combine(Folder, "buildah-run"),
            "--storage-driver",
            "vfs",
        ];

    private IEnumerable<string> Common =>
        ["-nologo", "-p:NuGetAudit=false", "-p:UseSharedCompilation=false", .. Work.Options];

    private string Repository(string run) => Plain($"{Work.Name}-{Way}-{Sink}-{run}");

    // MSBuild splits properties at a comma, and repositories have no capitals.
    private static string Plain(string text) =>
        text.Replace(' ', '-').Replace(",", "", StringComparison.Ordinal).ToLowerInvariant();

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}

/// <summary>Where the bench keeps things.</summary>
/// <param name="Folder">For everything that goes at its end.</param>
/// <param name="Targets">The package's targets, unpacked.</param>
internal sealed record Place(string Folder, string Targets);
