using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Servers;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Packages;

/// <summary>
/// A web application published once, self-contained, on a base of packages, with <c>curl</c> asked for and an authority
/// of the tests among its files.
/// </summary>
public sealed class PackagesImage(Machine machine) : IAsyncLifetime
{
    private const string Probe = """
        using System.Globalization;
        if (args is not ["probe", var trusted, var stranger])
            return 1;
        Console.WriteLine(new DateTime(2026, 2, 3).ToString("d MMMM yyyy dddd", CultureInfo.GetCultureInfo("tr-TR")));
        Console.WriteLine(TimeZoneInfo.FindSystemTimeZoneById("Europe/Istanbul").BaseUtcOffset);
        using var client = new HttpClient();
        foreach (var address in new[] { trusted, stranger })
        {
            try
            {
                Console.WriteLine(await client.GetStringAsync(address));
            }
            catch (HttpRequestException exception)
            {
                Console.WriteLine(exception.InnerException?.GetType().Name);
            }
        }
        var user = File.ReadLines("/proc/self/status").First(line => line.StartsWith("Uid:")).Split('\t')[1];
        Console.WriteLine(user + " " + Environment.UserName + " " + Environment.GetEnvironmentVariable("HOME"));
        Console.WriteLine(Path.GetTempFileName().StartsWith("/tmp/") ? "writes" : "does not write");
        return 0;

        """;

    /// <summary>The authority that the image trusts.</summary>
    public TestAuthority Authority { get; } = new();

    public OciLayout Layout { get; private set; } = null!;

    public PublishResult Published { get; private set; } = null!;

    /// <summary>The image's name in Docker.</summary>
    public string Name { get; private set; } = null!;

    /// <summary>What the run printed about the image.</summary>
    public JsonNode Metadata { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var folder = machine.Folder.Create("packages");
        var (tarball, metadata) = (Path.Combine(folder, "image.tar"), Path.Combine(folder, "image.json"));
        Layout = new OciLayout(Path.Combine(folder, "layout"));
        var project = TestProject
            .Web("Probe")
            .Containerized(await machine.Feed)
            .WithFile("Program.cs", Probe)
            .WithFile("authority.pem", Authority.Pem)
            .WithProperty("RuntimeIdentifier", "linux-x64")
            .WithProperty("SelfContained", "true")
            .WithProperty("ContainerBaseImage", "packages")
            .WithItem("ContainerPackage", "curl")
            .WithItem(
                "ContainerFile",
                "authority.pem",
                ("TargetPath", "/usr/local/share/ca-certificates/authority.crt")
            )
            .WriteTo(folder, await machine.Feed)
            .With("ContainerRepository", "packages-probe")
            .With("ContainerOciLayoutPath", Layout.Folder)
            .With("ContainerArchiveOutputPath", tarball)
            .With("ContainerMetadataPath", metadata);
        Published = (await project.ContainerizeAsync()).Succeeded();
        ImageValidator.AssertValid(Layout.Folder);
        Metadata = MetadataSchema.AssertFits(metadata);
        Name = (await (await machine.Docker).LoadAsync(tarball))["Loaded image: ".Length..];
    }

    public ValueTask DisposeAsync()
    {
        Authority.Dispose();
        return ValueTask.CompletedTask;
    }
}
