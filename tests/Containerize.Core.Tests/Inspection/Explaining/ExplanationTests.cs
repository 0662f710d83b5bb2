using Containerize.Core.Tests.Stores;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Inspection.Explaining;
using Containerize.Publishing.Files;
using Containerize.Publishing.Outputs;
using Containerize.Publishing.Settings;

namespace Containerize.Core.Tests.Inspection.Explaining;

/// <summary>The explanation of an image before it is made, to the letter.</summary>
public sealed class ExplanationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void It_names_each_file_its_layer_the_reason_and_what_is_not_built_yet()
    {
        Write("Serilog.dll", 2048);
        Write("site.css", 10);
        Write("words.bin", 5);
        var text = Explain(
                Settings with
                {
                    Layers = [new CustomLayer("models", ["models/**"])],
                },
                [
                    ("libcoreclr.so", null),
                    ("Serilog.dll", "Serilog.dll"),
                    ("Nightly.dll", null),
                    ("wwwroot/site.css", "site.css"),
                    ("models/words.bin", "words.bin"),
                    ("App.dll", null),
                ],
                new PublishedItem("libcoreclr.so")
                {
                    PackageId = "Microsoft.NETCore.App.Runtime.linux-x64",
                    PackageVersion = "10.0.1",
                    IsRuntime = true,
                },
                new PublishedItem("Serilog.dll") { PackageId = "Serilog", PackageVersion = "4.4.0" },
                new PublishedItem("Nightly.dll") { PackageId = "Nightly", PackageVersion = "2.0.0-beta.1" }
            )
            .ToText();
        Assert.Equal(
            """
            Layers, from the lowest
              runtime: 1 file, 0 B uncompressed, 1 not built yet
                the .NET runtime, package Microsoft.NETCore.App.Runtime.linux-x64 10.0.1
                  /app/libcoreclr.so  not built yet
              dependencies: 1 file, 2.0 KiB uncompressed
                package Serilog 4.4.0
                  /app/Serilog.dll  2.0 KiB
              prerelease: 1 file, 0 B uncompressed, 1 not built yet
                package Nightly 2.0.0-beta.1, a prerelease
                  /app/Nightly.dll  not built yet
              assets: 1 file, 10 B uncompressed
                below wwwroot/
                  /app/wwwroot/site.css  10 B
              models: 1 file, 5 B uncompressed
                ContainerLayer models
                  /app/models/words.bin  5 B
              app: 1 file, 0 B uncompressed, 1 not built yet
                the project itself, and all that comes with no package
                  /app/App.dll  not built yet
            """,
            Section(text, "Layers", "Dockerfile")
        );
    }

    [Fact]
    public void A_file_of_the_projects_own_takes_the_place_of_a_published_one()
    {
        Write("entry.sh", 7);
        var own = new ExtraFile(_folder["entry.sh"], ContainerPath.Parse("/app/entry.sh")) { Layer = "tools" };
        Assert.Contains(
            """
              tools: 1 file, 7 B uncompressed
                ContainerFile
                  /app/entry.sh  7 B
              app: 1 file
            """,
            Explain(Settings with { Files = [own] }, [("entry.sh", null), ("App.dll", null)]).ToText(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Of_a_base_that_is_here_the_Dockerfile_says_what_follows_from_it()
    {
        var start = TestImage.Of("one", "two") is var image
            ? image.With(image.Config.WithVariable("APP_UID", "1000").WithVariable("ASPNETCORE_HTTP_PORTS", "8080"))
            : null!;
        var text = (
            Explain(Settings, [("App.dll", null)]) with
            {
                Base = new BaseFacts("registry.example/base:1", null, start),
            }
        ).ToText();
        Assert.Contains($"Base          registry.example/base:1, {start.Digest}\n", text, StringComparison.Ordinal);
        Assert.Contains("\n  base: 2 layers, 6 B\n", text, StringComparison.Ordinal);
        var dockerfile = Section(text, "Dockerfile", "Written to");
        Assert.Contains("\n  USER 1000\n", dockerfile, StringComparison.Ordinal);
        Assert.Contains("\n  EXPOSE 8080/tcp\n", dockerfile, StringComparison.Ordinal);
        Assert.DoesNotContain("left out", dockerfile, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_base_that_is_not_here_it_says_so_and_guesses_nothing()
    {
        var reference = ImageReference.Parse("registry.example/base:1");
        var text = (
            Explain(Settings with { GeneratedLabels = new GeneratedLabels(true, true, true) }, [("App.dll", null)]) with
            {
                Base = new BaseFacts("registry.example/base:1", reference, null),
            }
        ).ToText();
        Assert.Contains("registry.example/base:1, not looked up", text, StringComparison.Ordinal);
        Assert.Contains("  ARG BASE=registry.example/base:1\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("  USER", text, StringComparison.Ordinal);
        Assert.DoesNotContain("base.digest", text, StringComparison.Ordinal);
        Assert.Contains(
            "  USER 7\n",
            (
                Explain(Settings with { User = "7" }, [("App.dll", null)]) with
                {
                    Base = new BaseFacts("registry.example/base:1", reference, null),
                }
            ).ToText(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void It_lists_every_place_that_would_be_written() =>
        Assert.Equal(
            """
            Written to
              tarball     /out/image.tar
              OCI layout  /out/layout, tags 1.0, latest
              Podman      registry.example/acme/app:1.0
              registry    registry.example/acme/app:1.0
              registry    registry.example/acme/app:latest
              metadata    /out/app.json
            """,
            Section(
                (
                    Explain(Settings, [("App.dll", null)]) with
                    {
                        Destinations = To with
                        {
                            Tags = ["1.0", "latest"],
                            Registries = ["registry.example"],
                            Archive = "/out/image.tar",
                            Layout = "/out/layout",
                            Engine = "Podman",
                        },
                        Outputs = [("metadata", "/out/app.json")],
                    }
                ).ToText(),
                "Written to",
                null
            )
        );

    public void Dispose() => _folder.Dispose();

    private static ContainerSettings Settings { get; } =
        new() { Command = new CommandSettings { AppCommand = ["dotnet", "/app/App.dll"] } };

    private static Destinations To { get; } =
        new()
        {
            Repository = "acme/app",
            Tags = ["1.0"],
            DefaultFolder = "/out",
            PublishPath = "/publish",
        };

    private static string Section(string text, string from, string? to) =>
        text[
            text.IndexOf(from, StringComparison.Ordinal)..(
                to is null ? text.Length : text.IndexOf("\n" + to, StringComparison.Ordinal)
            )
        ];

    private Explanation Explain(
        ContainerSettings settings,
        IEnumerable<(string Path, string? Source)> files,
        params PublishedItem[] items
    )
    {
        var folder = new PublishFolder(
            "/publish",
            [
                .. files.Select(file => new PublishFolderEntry(
                    file.Path,
                    _folder[file.Source ?? "missing"],
                    EntryKind.File,
                    null
                )),
            ]
        );
        return new Explanation
        {
            Platform = TestImage.Amd64,
            Base = new BaseFacts("scratch", null, Image.Scratch(TestImage.Amd64)),
            Settings = settings,
            Files = FilePlan.Create(folder, new([.. items]), settings),
            Destinations = To,
        };
    }

    private void Write(string name, int length) => File.WriteAllBytes(_folder[name], new byte[length]);
}
