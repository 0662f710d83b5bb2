using System.Text;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Publishing;

/// <summary>
/// One solution with many traits: Razor pages, a Razor library, satellites, linked sources and content, scoped styles,
/// several frameworks, all source generators of the shared framework, ReadyToRun; and programs of the other languages
/// in the other ways of publishing. <c>build/matrix.sh</c> has more ways, and every template of the SDK.
/// </summary>
public sealed class MatrixTests(Machine machine)
{
    // Without a semicolon, at which the SDK's targets for ReadyToRun split paths.
    private const string OddFolder = "a-much-longer-folder/and,a=deeper one";

    private static readonly string[] ReadyToRun =
    [
        "-r",
        "linux-x64",
        "--self-contained",
        "false",
        "-p:PublishReadyToRun=true",
    ];

    [Fact]
    public async Task It_has_one_digest_in_two_folders_and_after_an_edit_and_its_reversal()
    {
        var here = await WriteAsync(machine.Folder.Create("all"));
        var there = await WriteAsync(Path.Combine(machine.Folder.Create("everything"), OddFolder));
        var source = Path.Combine(here.Folder, "Data/Generated.cs");
        var cancellation = TestContext.Current.CancellationToken;
        var text = await File.ReadAllTextAsync(source, cancellation);

        var first = await PublishAsync(here, "first", ReadyToRun);
        string[] expected =
        [
            "de/Texts.resources.dll",
            "linked/notes.txt",
            "wwwroot/_content/Parts/parts.js",
            "wwwroot/Site.styles.css",
        ];
        Assert.All(expected, file => Assert.Contains("app/" + file, FileTree.Of(first).Entries.Keys));
        await File.WriteAllTextAsync(source, text.Replace("{1,6}", "{1,7}", StringComparison.Ordinal), cancellation);
        var edited = await PublishAsync(here, "edited", ReadyToRun);
        var changed = edited.OwnLayers().Where(layer => !first.OwnDigests().Values.Contains(layer.Digest));
        Assert.Equal(["app"], changed.Select(layer => layer.Name));
        await File.WriteAllTextAsync(source, text, cancellation);
        AssertSame(first, await PublishAsync(here, "reverted", ReadyToRun));
        AssertSame(first, await PublishAsync(there, "there", ReadyToRun));
        await AssertHoldsNoPathAsync(here);
    }

    /// <summary>The extension of the project, the source, and what the project sets.</summary>
    public static TheoryData<string, string, string> Programs { get; } =
        new()
        {
            {
                "fsproj",
                "printfn \"Hello\"\n",
                """
                    <SelfContained>true</SelfContained>
                    <PreserveCompilationContext>true</PreserveCompilationContext>
                    """
            },
            {
                "vbproj",
                "Module Program\n    Sub Main()\n        Console.WriteLine(\"Hello\")\n    End Sub\nEnd Module\n",
                """
                    <SelfContained>true</SelfContained>
                    <PublishSingleFile>true</PublishSingleFile>
                    """
            },
        };

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_program_has_one_digest_in_two_folders_and_after_an_edit_and_its_reversal(
        string extension,
        string source,
        string properties
    )
    {
        var here = await WriteProgramAsync(machine.Folder.Create("program"), extension, source, properties);
        // fsc has no way to map a folder with a comma in its name.
        var there = await WriteProgramAsync(
            Path.Combine(machine.Folder.Create("the-same-program"), "a deeper one"),
            extension,
            source,
            properties
        );

        var first = await PublishAsync(here, "first");
        Assert.Equal("", ImageDocument.Of(first).Ports);
        if (first.FilesOf("app").Contains("app/Program.deps.json"))
            Assert.DoesNotContain("\"Containerize", await DependenciesAsync(first), StringComparison.Ordinal);
        Assert.Equal(extension == "fsproj", first.FilesOf("app").Contains("app/Program.deps.json"));
        await WriteSourceAsync(here, source.Replace("Hello", "Goodbye", StringComparison.Ordinal));
        var edited = await PublishAsync(here, "edited");
        Assert.Equal(
            ["app"],
            edited
                .OwnLayers()
                .Where(layer => !first.OwnDigests().Values.Contains(layer.Digest))
                .Select(layer => layer.Name)
        );
        await WriteSourceAsync(here, source);
        AssertSame(first, await PublishAsync(here, "reverted"));
        AssertSame(first, await PublishAsync(there, "there"));
        await AssertHoldsNoPathAsync(here);
    }

    private async Task<WrittenProject> WriteProgramAsync(
        string folder,
        string extension,
        string source,
        string properties
    )
    {
        var feed = await machine.Feed;
        Directory.CreateDirectory(folder);
        var project = new WrittenProject(folder, "Program", feed) { Extension = extension };
        await File.WriteAllTextAsync(
            Path.Combine(folder, $"Program.{extension}"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
                <NuGetAudit>false</NuGetAudit>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                <Compile Include="Program.fs" Condition="'{extension}' == 'fsproj'" />
                <PackageReference Include="Containerize" Version="{feed.Version}" PrivateAssets="all" />
              </ItemGroup>
            </Project>
            """,
            TestContext.Current.CancellationToken
        );
        await WriteSourceAsync(project, source);
        return project.With("ContainerBaseImage", "scratch");
    }

    private static Task WriteSourceAsync(WrittenProject project, string text) =>
        File.WriteAllTextAsync(
            Path.Combine(project.Folder, "Program." + project.Extension.Replace("proj", "", StringComparison.Ordinal)),
            text,
            TestContext.Current.CancellationToken
        );

    private static async Task<string> DependenciesAsync(OciLayout layout)
    {
        var app = layout.OwnLayers().Single(layer => layer.Name == "app");
        // An entry's content can be read only while the layer is enumerated.
        foreach (var entry in layout.ReadLayer(app.Digest))
        {
            if (FileTree.PathOf(entry) != "app/Program.deps.json")
                continue;
            using var reader = new StreamReader(entry.DataStream!);
            return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        }

        throw new InvalidOperationException("The layer has no app/Program.deps.json.");
    }

    private static async Task AssertHoldsNoPathAsync(WrittenProject project)
    {
        foreach (
            var file in Directory
                .EnumerateFiles(Path.Combine(project.Folder, "bin"), "*", SearchOption.AllDirectories)
                .Where(file => file.Contains("/publish/", StringComparison.Ordinal))
        )
        {
            var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            Assert.True(
                bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(project.Folder)) < 0,
                $"{file} holds the folder's path"
            );
        }
    }

    private static void AssertSame(OciLayout one, OciLayout other)
    {
        FileTree.Of(one).AssertSame(FileTree.Of(other), times: true);
        Assert.Equal(one.Digest(), other.Digest());
    }

    private async Task<WrittenProject> WriteAsync(string folder)
    {
        var feed = await machine.Feed;
        Samples.Copy(Path.Combine(TestFolder.Repository, "build/matrix/Everything"), folder);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Directory.Build.props"),
            $"""
            <Project>
              <PropertyGroup><NuGetAudit>false</NuGetAudit></PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Containerize" Version="{feed.Version}" PrivateAssets="all" />
              </ItemGroup>
            </Project>
            """,
            TestContext.Current.CancellationToken
        );
        return new WrittenProject(Path.Combine(folder, "Site"), "Site", feed).With(
            "ContainerBaseImage",
            (await machine.Bases).SmallReference
        );
    }

    // The layout lies in the project, whose SDK takes every *.json there for content: none of it is in the next image.
    private static async Task<OciLayout> PublishAsync(WrittenProject project, string name, params string[] arguments)
    {
        var layout = Path.Combine(project.Folder, "out", name);
        (await project.With("ContainerOciLayoutPath", layout).ContainerizeAsync(arguments)).Succeeded();
        return new OciLayout(layout);
    }
}
