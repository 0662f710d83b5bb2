using Containerize.TestKit.Tools;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>One project, called in every way, with the switch and without.</summary>
public sealed class CallerProject(Machine machine) : IAsyncLifetime
{
    public string Folder { get; private set; } = null!;

    public string Registry { get; private set; } = null!;

    public DockerEngine Docker { get; private set; } = null!;

    public WrittenProject Ours { get; private set; } = null!;

    public WrittenProject OursWithDocker { get; private set; } = null!;

    public WrittenProject Theirs { get; private set; } = null!;

    public WrittenProject TheirsWithDocker { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var feed = await machine.Feed;
        (Folder, Registry, Docker) = (
            machine.Folder.Create("callers"),
            (await machine.Registry).Address,
            await machine.Docker
        );
        var small = (await machine.Bases).Small;
        var reference = await PlatformImage.PushBaseAsync(
            machine,
            Folder,
            "bases/callers",
            amd64: $"oci:{small.Folder}:1.0"
        );
        var written = new TestProject("Callers", "Microsoft.NET.Sdk.Worker")
            .Containerized(feed)
            .WithProperty("UseAppHost", "false")
            .WithProperty("OutputType", "Exe")
            .WithProperty("ImplicitUsings", "disable")
            .WithFile("Program.cs", "System.Console.WriteLine();\n")
            .WithProperty("ContainerBaseImage", reference)
            .WithItem("ContainerPort", "8080", ("Type", "tcp"))
            .WithFile(
                "Directory.Build.props",
                "<Project><PropertyGroup><Containerize>$(WithSwitch)</Containerize></PropertyGroup></Project>\n"
            )
            .WithFile(
                "Properties/PublishProfiles/Hub.pubxml",
                $"""
                <Project>
                  <PropertyGroup>
                    <WebPublishMethod>Container</WebPublishMethod>
                    <PublishProvider>ContainerRegistry</PublishProvider>
                    <RegistryUrl>{Registry}</RegistryUrl>
                    <ContainerRepository>vs/shop</ContainerRepository>
                    <PublishImageTag>7</PublishImageTag>
                  </PropertyGroup>
                </Project>
                """
            )
            .WriteTo(Folder, feed);
        Ours = With(written, "WithSwitch", "true");
        OursWithDocker = await LocalEngines.WithDockerAsync(Ours, machine);
        // Their cache lies beside the user's own otherwise.
        Theirs = With(written, "DOTNET_CONTAINER_INSECURE_REGISTRIES", Registry) with
        {
            Cache = machine.Folder.Create("callers-cache"),
        };
        TheirsWithDocker = await LocalEngines.WithDockerAsync(Theirs, machine);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Fails unless the engine has the image of an answer: without the containerd store it calls an image by
    /// the digest of its config.</summary>
    internal async Task AssertLoadedAsync(string name, CallerAnswer answer)
    {
        Assert.Contains(
            "containerize.v2",
            answer.Property("GeneratedContainerConfiguration"),
            StringComparison.Ordinal
        );
        var id = (await Docker.DockerAsync("image", "inspect", "--format", "{{.Id}}", name)).Text;
        Assert.Equal(CallerAnswer.DigestOf(answer.Property("GeneratedContainerConfiguration")), id);
    }

    private static WrittenProject With(WrittenProject written, string variable, string value) =>
        written with
        {
            Settings = written.Settings with { Environment = written.Settings.Environment.SetItem(variable, value) },
        };
}
