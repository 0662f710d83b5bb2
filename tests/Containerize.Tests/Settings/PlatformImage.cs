using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>
/// A program published once for two platforms, into a registry, a layout and a tarball. Its base is an index: for amd64
/// an image that .NET runs in, for arm64 a handmade one.
/// </summary>
public sealed class PlatformImage(Machine machine) : IAsyncLifetime
{
    public const string Repository = "acme/platforms";
    public const string Tag = "1.0";

    /// <summary>What the SDK cuts at the colon, or fails at.</summary>
    public const string Hostile = "Server=tcp:db,1433;Password=\"50%\";a=b";

    public WrittenProject Project { get; private set; } = null!;

    public PublishResult Published { get; private set; } = null!;

    public string Folder { get; private set; } = null!;

    public string Reference { get; private set; } = null!;

    public OciLayout Layout => new(Path.Combine(Folder, "layout"));

    public string Tarball => Path.Combine(Folder, "image.tar");

    /// <summary>MSBuild's properties and items after the run, a line each.</summary>
    public string Outputs => Path.Combine(Folder, "outputs.txt");

    public async ValueTask InitializeAsync()
    {
        var (feed, registry) = (await machine.Feed, await machine.Registry);
        Folder = machine.Folder.Create("platforms");
        Reference = $"{registry.Address}/{Repository}:{Tag}";
        Project = TestProject
            .Console("Platforms")
            .Containerized(feed)
            .WithProperty("RuntimeIdentifiers", "linux-x64;linux-arm64")
            .WithProperty("ContainerRepository", Repository)
            .WithProperty("ContainerImageTag", Tag)
            .WithItem("ContainerEnvironmentVariable", "CONNECTION", ("Value", MSBuildText.Escape(Hostile)))
            .WithItem("ContainerLabel", "org.example.connection", ("Value", MSBuildText.Escape(Hostile)))
            .WithItem("ContainerAnnotation", "org.example.connection", ("Value", MSBuildText.Escape(Hostile)))
            .WithFile(
                "Directory.Build.targets",
                """
                <Project>
                  <Target Name="Note" AfterTargets="_ContainerizeAfterPublish"
                          Condition="'$(NoteTo)' != '' and '$(RuntimeIdentifier)' == ''">
                    <PropertyGroup>
                      <NotedDigest>$(GeneratedContainerDigest);$(GeneratedContainerMediaType)</NotedDigest>
                      <NotedImages>@(GeneratedContainer->'%(Platform) %(ManifestDigest)')</NotedImages>
                    </PropertyGroup>
                    <WriteLinesToFile File="$(NoteTo)" Overwrite="true"
                        Lines="$(NotedDigest);$(NotedImages);@(GeneratedContainerName)" />
                  </Target>
                </Project>
                """
            )
            .WriteTo(Folder, feed)
            .With("ContainerBaseImage", await PushBaseAsync(machine, Folder, "bases/platforms"))
            .With("ContainerRegistry", registry.Address)
            .With("ContainerOciLayoutPath", Layout.Folder)
            .With("ContainerArchiveOutputPath", Tarball)
            .With("NoteTo", Outputs);
        Published = (await Project.ContainerizeAsync()).Succeeded();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The image of one platform as a layout of its own, as skopeo chooses it.</summary>
    public async Task<OciLayout> OnlyAsync(string architecture)
    {
        var layout = Path.Combine(machine.Folder.Create(architecture), "layout");
        await Shell.RunAsync(
            "skopeo",
            "copy",
            "--quiet",
            "--override-os",
            "linux",
            "--override-arch",
            architecture,
            $"oci:{Layout.Folder}:{Tag}",
            $"oci:{layout}:{Tag}"
        );
        return new OciLayout(layout);
    }

    /// <summary>Pushes an index over an image for amd64 that .NET runs in and a handmade one for arm64, and returns its
    /// reference.</summary>
    /// <param name="folder">A folder for the handmade one.</param>
    /// <param name="name">The repository, of a path of two names.</param>
    /// <param name="tag">The index's tag.</param>
    /// <param name="amd64">Another image for amd64, as skopeo names it.</param>
    public static async Task<string> PushBaseAsync(
        Machine machine,
        string folder,
        string name,
        string tag = "1",
        string? amd64 = null
    )
    {
        var registry = await machine.Registry;
        var repository = $"{registry.Address}/{name}";
        var arm = (HandmadeImage.Small with { Architecture = "arm64" }).WriteTo(Path.Combine(folder, "arm64"));
        await Skopeo.CopyAsync(
            amd64 ?? $"docker://{await (await machine.Bases).AspNet}",
            $"docker://{repository}:amd64"
        );
        await Skopeo.CopyAsync($"oci:{arm.Folder}:1.0", $"docker://{repository}:arm64");
        var manifests = new JsonArray();
        foreach (var architecture in new[] { "amd64", "arm64" })
        {
            var raw = (
                await Shell.RunAsync(
                    "skopeo",
                    "inspect",
                    "--raw",
                    "--tls-verify=false",
                    $"docker://{repository}:{architecture}"
                )
            ).Output;
            manifests.Add(
                new JsonObject
                {
                    ["mediaType"] = (string)JsonNode.Parse(raw)!["mediaType"]!,
                    ["digest"] = await Skopeo.DigestAsync($"docker://{repository}:{architecture}"),
                    ["size"] = Encoding.UTF8.GetByteCount(raw),
                    ["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = architecture },
                }
            );
        }

        const string Type = "application/vnd.oci.image.index.v1+json";
        var index = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = Type,
            ["manifests"] = manifests,
        };
        using var client = new HttpClient();
        using var content = new StringContent(index.ToJsonString(), Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue(Type);
        using var answer = await client.PutAsync(
            new Uri($"http://{registry.Address}/v2/{name}/manifests/{tag}"),
            content
        );
        answer.EnsureSuccessStatusCode();
        return $"{repository}:{tag}";
    }

    /// <summary>The processor that the program of a layer is for.</summary>
    // ELF: e_machine, 2 bytes at 18; 62 is EM_X86_64, 183 is EM_AARCH64.
    internal static int MachineOf(OciLayout layout, string layer)
    {
        var program = layout
            .ReadLayer(layout.OwnDigests()[layer])
            .Where(entry => FileTree.PathOf(entry) == "app/Platforms")
            .Select(entry =>
            {
                var head = new byte[20];
                entry.DataStream!.ReadExactly(head);
                return head;
            })
            .Single();
        Assert.Equal((0x7f, 'E'), (program[0], (char)program[1]));
        return program[18] + (program[19] << 8);
    }

    /// <summary>The project with the engine as its only output.</summary>
    // The engine is the only output, and what MSBuild learned of the run before stays noted.
    internal static WrittenProject Alone(WrittenProject project) =>
        project
            .With("ContainerRepository", "acme/loaded")
            .With("ContainerRegistry", "")
            .With("ContainerOciLayoutPath", "")
            .With("ContainerArchiveOutputPath", "")
            .With("NoteTo", "");
}
