using System.Text;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Publishing;

/// <summary>
/// One solution with many traits: Razor pages, a Razor library, satellites, linked sources and content, scoped styles,
/// several frameworks, all source generators of the shared framework, ReadyToRun. <c>build/matrix.sh</c> publishes it
/// in more ways, and every template of the SDK.
/// </summary>
public sealed class MatrixTests(Machine machine)
{
    // Without a semicolon, at which the SDK's targets for ReadyToRun split paths.
    private const string OddFolder = "a-much-longer-folder/and,a=deeper one";

    [Fact]
    public async Task It_has_one_digest_in_two_folders_and_after_an_edit_and_its_reversal()
    {
        var here = await WriteAsync(machine.Folder.Create("all"));
        var there = await WriteAsync(Path.Combine(machine.Folder.Create("everything"), OddFolder));
        var source = Path.Combine(here.Folder, "Data/Generated.cs");
        var cancellation = TestContext.Current.CancellationToken;
        var text = await File.ReadAllTextAsync(source, cancellation);

        var first = await PublishAsync(here, "first");
        string[] expected =
        [
            "de/Texts.resources.dll",
            "linked/notes.txt",
            "wwwroot/_content/Parts/parts.js",
            "wwwroot/Site.styles.css",
        ];
        Assert.All(expected, file => Assert.Contains("app/" + file, FileTree.Of(first).Entries.Keys));
        await File.WriteAllTextAsync(source, text.Replace("{1,6}", "{1,7}", StringComparison.Ordinal), cancellation);
        var edited = await PublishAsync(here, "edited");
        var changed = edited.OwnLayers().Where(layer => !first.OwnDigests().Values.Contains(layer.Digest));
        Assert.Equal(["app"], changed.Select(layer => layer.Name));
        await File.WriteAllTextAsync(source, text, cancellation);
        AssertSame(first, await PublishAsync(here, "reverted"));
        AssertSame(first, await PublishAsync(there, "there"));
        foreach (
            var file in Directory
                .EnumerateFiles(Path.Combine(here.Folder, "bin"), "*", SearchOption.AllDirectories)
                .Where(file => file.Contains("/publish/", StringComparison.Ordinal))
        )
        {
            var bytes = await File.ReadAllBytesAsync(file, cancellation);
            Assert.True(
                bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(here.Folder)) < 0,
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
    private static async Task<OciLayout> PublishAsync(WrittenProject project, string name)
    {
        var layout = Path.Combine(project.Folder, "out", name);
        (
            await project
                .With("ContainerOciLayoutPath", layout)
                .With("PublishReadyToRun", "true")
                .ContainerizeAsync("-r", "linux-x64", "--self-contained", "false")
        ).Succeeded();
        return new OciLayout(layout);
    }
}
