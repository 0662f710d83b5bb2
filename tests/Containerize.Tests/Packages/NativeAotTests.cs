using System.Text.Json.Nodes;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Packages;

/// <summary>A program that is compiled ahead of time runs on fewer packages: the C++ library is linked into it.</summary>
public sealed class NativeAotTests(Machine machine)
{
    private const string Program = """
        using System.Security.Cryptography;
        Console.WriteLine(Convert.ToHexStringLower(SHA256.HashData("abc"u8))[..16]);
        Console.WriteLine(TimeZoneInfo.FindSystemTimeZoneById("Europe/Istanbul").BaseUtcOffset);
        Console.WriteLine(System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported ? "interpreted" : "native");

        """;

    [Fact]
    public async Task A_native_program_runs_without_the_C_plus_plus_library()
    {
        var folder = machine.Folder.Create("aot");
        var (tarball, metadata) = (Path.Combine(folder, "image.tar"), Path.Combine(folder, "image.json"));
        var project = TestProject.Console("Native").Containerized(await machine.Feed).WithFile("Program.cs", Program)
            .WithProperty("PublishAot", "true").WithProperty("RuntimeIdentifier", "linux-x64").WithProperty("InvariantGlobalization", "true")
            .WithProperty("ContainerBaseImage", "packages")
            .WriteTo(folder, await machine.Feed).With("ContainerArchiveOutputPath", tarball).With("ContainerMetadataPath", metadata);
        (await project.ContainerizeAsync()).Succeeded();
        Assert.Equal(["ba7816bf8f01cfea", "03:00:00", "native"], (await (await machine.Docker).RunTarballAsync(tarball)).Split('\n'));
        var packages = JsonNode.Parse(await File.ReadAllTextAsync(metadata, TestContext.Current.CancellationToken))!["packages"]!
            .AsArray().Select(package => (string)package!["name"]!).ToList();
        Assert.Contains(packages, name => name.StartsWith("libssl", StringComparison.Ordinal));
        Assert.DoesNotContain("libstdc++6", packages);
    }
}
