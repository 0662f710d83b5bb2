using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Packages;

/// <summary>A program that is compiled ahead of time runs on fewer packages: the C++ library is linked into
/// it.</summary>
public sealed class NativeAotTests(Machine machine)
{
    private const string Program = """
        using System.Security.Cryptography;
        Console.WriteLine(Convert.ToHexStringLower(SHA256.HashData("abc"u8))[..16]);
        Console.WriteLine(TimeZoneInfo.FindSystemTimeZoneById("Europe/Istanbul").BaseUtcOffset);
        var isInterpreted = System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported;
        Console.WriteLine(isInterpreted ? "interpreted" : "native");

        """;

    // Read after the package's targets, and so hooked to Publish after them.
    private const string Late = """
        <Project>
          <Target Name="Note" AfterTargets="Publish" Condition="'$(NoteIsContent)' != 'true'">
            <WriteLinesToFile File="$(PublishDir)note.txt" Lines="of a target"
                              Overwrite="true" WriteOnlyWhenDifferent="true" />
          </Target>
        </Project>

        """;

    [Fact]
    public async Task A_native_program_runs_without_the_C_plus_plus_library()
    {
        var folder = machine.Folder.Create("aot");
        var (tarball, metadata) = (Path.Combine(folder, "image.tar"), Path.Combine(folder, "image.json"));
        var project = TestProject
            .Console("Native")
            .Containerized(await machine.Feed)
            .WithFile("Program.cs", Program)
            .WithProperty("PublishAot", "true")
            .WithProperty("RuntimeIdentifier", "linux-x64")
            .WithProperty("InvariantGlobalization", "true")
            .WithProperty("ContainerBaseImage", "packages")
            .WithItem(
                "Content",
                "note.txt",
                ("CopyToPublishDirectory", "Always"),
                ("Condition", "'$(NoteIsContent)' == 'true'")
            )
            .WithFile("note.txt", "an item")
            .WithFile("Directory.Build.targets", Late)
            .WriteTo(folder, await machine.Feed)
            .With("ContainerArchiveOutputPath", tarball)
            .With("ContainerMetadataPath", metadata);
        (await project.With("NoteIsContent", "true").ContainerizeAsync()).Succeeded();
        var first = (await PublishAsync(project, tarball, folder, "first"), Digest(metadata));
        var second = (await PublishAsync(project, tarball, folder, "second"), Digest(metadata));
        Assert.Equal(["app/Native", "app/note.txt"], first.Item1);
        Assert.Equal(first.Item1, second.Item1);
        Assert.Equal(first.Item2, second.Item2);
        Assert.Equal(
            ["ba7816bf8f01cfea", "03:00:00", "native"],
            (await (await machine.Docker).RunTarballAsync(tarball)).Split('\n')
        );
        // A program that is no web application listens on nothing, so no port is exposed and none is published.
        var image = ImageDocument.Of(new OciLayout(Path.Combine(folder, "second")));
        Assert.Equal("", image.Ports);
        Assert.DoesNotContain("ASPNETCORE_HTTP_PORTS", image.Environment, StringComparison.Ordinal);
        var packages = Packages(metadata);
        Assert.Contains(packages, name => name.StartsWith("libssl", StringComparison.Ordinal));
        Assert.DoesNotContain("libstdc++6", packages);

        // Without the line that hashes nothing in the program opens OpenSSL.
        var source = Path.Combine(project.Folder, "Program.cs");
        var lines = await File.ReadAllLinesAsync(source, TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(source, lines[2..], TestContext.Current.CancellationToken);
        Assert.Contains(
            "app/Native.dbg",
            await PublishAsync(project.With("ContainerIncludeNativeSymbols", "true"), tarball, folder, "symbols")
        );
        Assert.DoesNotContain(Packages(metadata), name => name.StartsWith("libssl", StringComparison.Ordinal));
        Assert.Equal(["03:00:00", "native"], (await (await machine.Docker).RunTarballAsync(tarball)).Split('\n'));
    }

    private static List<string> Packages(string metadata) =>
        [
            .. JsonNode.Parse(File.ReadAllText(metadata))!["packages"]!
                .AsArray()
                .Select(package => (string)package!["name"]!),
        ];

    private static async Task<string[]> PublishAsync(WrittenProject project, string tarball, string folder, string name)
    {
        (await project.ContainerizeAsync()).Succeeded();
        return [.. OciLayout.FromTarball(tarball, Path.Combine(folder, name)).FilesOf("app")];
    }

    private static string Digest(string metadata) => (string)JsonNode.Parse(File.ReadAllText(metadata))!["digest"]!;
}
