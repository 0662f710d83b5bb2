using System.IO.Compression;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Publishing;

/// <summary>The template of a Blazor Web App with a WebAssembly client: what a changed line of the client
/// sends.</summary>
public sealed class ClientTests(Machine machine)
{
    private const int MostTimes = 3;

    [Fact]
    public async Task A_changed_line_of_the_client_sends_little_more_than_the_files_that_changed()
    {
        var folder = machine.Folder.Create("client");
        (
            await new ShellCommand(
                "dotnet",
                [
                    "new",
                    "blazor",
                    "--interactivity",
                    "WebAssembly",
                    "--name",
                    "Auto",
                    "--output",
                    folder,
                    "--no-restore",
                ]
            )
            {
                Environment = Sdk.Quiet,
            }.RunAsync()
        ).Expect(0);
        var feed = await machine.Feed;
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Auto/Directory.Build.targets"),
            $"""
            <Project>
              <ItemGroup>
                <PackageReference Include="Containerize" Version="{feed.Version}" PrivateAssets="all" />
              </ItemGroup>
            </Project>
            """,
            TestContext.Current.CancellationToken
        );
        var project = new WrittenProject(Path.Combine(folder, "Auto"), "Auto", feed).With(
            "ContainerBaseImage",
            "scratch"
        );

        var before = await PublishAsync(project, folder, "before");
        Assert.Contains("app/wwwroot/_framework/blazor.web.js", before.FilesOf("assets-dependencies"));
        Assert.Contains(
            before.FilesOf("assets-runtime"),
            path =>
                path.StartsWith("app/wwwroot/_framework/dotnet.native.", StringComparison.Ordinal)
                && path.EndsWith(".wasm", StringComparison.Ordinal)
        );
        Assert.Contains("app/wwwroot/app.css", before.FilesOf("assets"));
        Assert.Contains("app/Auto.staticwebassets.endpoints.json", before.FilesOf("client"));
        Assert.DoesNotContain(
            before.FilesOf("app"),
            path => path.StartsWith("app/BlazorDebugProxy/", StringComparison.Ordinal)
        );

        Assert.Contains(
            before.OwnLayers().Where(layer => layer.Name.StartsWith("dependencies", StringComparison.Ordinal)),
            layer =>
                before
                    .FilesOf(layer.Name)
                    .Any(path => path.StartsWith("app/BlazorDebugProxy/", StringComparison.Ordinal))
        );

        var page = Path.Combine(folder, "Auto.Client/Pages/Counter.razor");
        var text = await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken);
        Assert.Contains("currentCount++", text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            page,
            text.Replace("currentCount++", "currentCount += 2", StringComparison.Ordinal),
            TestContext.Current.CancellationToken
        );
        var after = await PublishAsync(project, folder, "after");

        var changed = after.OwnLayers().Where(layer => !before.OwnDigests().Values.Contains(layer.Digest)).ToList();
        Assert.Equal(["client", "app"], changed.Select(layer => layer.Name));
        var sent = changed.Sum(layer => new FileInfo(after.BlobPath(layer.Digest)).Length);
        var (old, now) = (ContentsOf(before), ContentsOf(after));
        var packed = now.Where(file =>
                !old.TryGetValue(file.Key, out var known) || !known.AsSpan().SequenceEqual(file.Value)
            )
            .Sum(file => PackedSize(file.Value));
        Assert.True(sent <= MostTimes * packed, $"{sent} bytes were sent for {packed} that changed.");
    }

    private static async Task<OciLayout> PublishAsync(WrittenProject project, string folder, string name)
    {
        var layout = new OciLayout(Path.Combine(folder, "layout-" + name));
        (await project.With("ContainerOciLayoutPath", layout.Folder).ContainerizeAsync()).Succeeded();
        ImageValidator.AssertValid(layout.Folder);
        LayerFormat.AssertKept(layout);
        return layout;
    }

    private static Dictionary<string, byte[]> ContentsOf(OciLayout layout)
    {
        var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (
            var entry in layout
                .OwnLayers()
                .SelectMany(layer => layout.ReadLayer(layer.Digest))
                .Where(entry => entry.DataStream is not null)
        )
        {
            using var bytes = new MemoryStream();
            entry.DataStream!.CopyTo(bytes);
            contents[FileTree.PathOf(entry)] = bytes.ToArray();
        }

        return contents;
    }

    private static long PackedSize(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(content);
        return packed.Length;
    }
}
