using System.Xml.Linq;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;
using Containerize.Tests.Tools;

namespace Containerize.Tests.Settings;

/// <summary>
/// What people type by mistake: each ended in silence, in a wrong image or in a stack trace once, and is one
/// coded error or warning now that says what to write instead. One project, built once.
/// </summary>
public sealed class WhatPeopleTypeTests(WhatPeopleTypeTests.Run run) : IClassFixture<WhatPeopleTypeTests.Run>
{
    private const string Plan = "ContainerizePlan";
    private const string Image = "_ContainerizeImage";
    private const string Switch = "_ContainerizeCheckSwitch";

    // The target that is run, what the project says, and the answer.
    private static readonly (string Target, string Xml, string Code, string Text)[] Rows =
    [
        (Plan, Property("ContainerRegistry", "127.0.0.1:99999"), "error CTZ0001", "has the port 99999"),
        (Plan, Property("ContainerRegistry", "[:::]:5000"), "error CTZ0001", "'[:::]' for an IPv6 address"),
        (
            Plan,
            Property("ContainerBaseImage", "[1::2::3]:5000/acme/base"),
            "error CTZ0001",
            "'[1::2::3]' for an IPv6 address"
        ),
        (Plan, Property("ContainerBaseImage", "127.0.0.1:65536/acme/base:1"), "error CTZ0001", "has the port 65536"),
        (
            Plan,
            Property("ContainerRepository", "acme/shop:1.0"),
            "error CTZ0199",
            "Set ContainerImageTag to '1.0' and ContainerRepository to 'acme/shop'."
        ),
        (
            Plan,
            Property("ContainerRepository", "127.0.0.1:5555/acme/shop"),
            "error CTZ0199",
            "Set ContainerRegistry to '127.0.0.1:5555' and ContainerRepository to 'acme/shop'."
        ),
        (
            Plan,
            Property("ContainerRepository", "ghcr.io/acme/app"),
            "error CTZ0199",
            "Set ContainerRegistry to 'ghcr.io' and ContainerRepository to 'acme/app'."
        ),
        (
            Plan,
            Property("ContainerRepository", "Acme/My Shop"),
            "warning CTZ0200",
            "the image is called 'acme/my-shop'"
        ),
        (
            Plan,
            Property("ContainerImageTags", "1.0,latest"),
            "error CTZ0003",
            "Between the tags of ContainerImageTags stands ';': '1.0;latest'."
        ),
        (Plan, Property("ContainerPackages", "tzdata%3Bca-certificates"), "", "packages: tzdata, ca-certificates"),
        (Plan, Property("ContainerOciLayoutPath", "sub/../out"), "", "/Typed/out"),
        (
            Plan,
            Property("ContainerLockFile", "missing.json"),
            "error CTZ0201",
            "/missing.json', and there is no such file"
        ),
        (
            Plan,
            Property("ContainerPlanOnly", "ja"),
            "error CTZ0203",
            "ContainerPlanOnly is 'ja'. Set it to 'true' or 'false'."
        ),
        (Image, Property("ContainerPlanOnly", "yes"), "error CTZ0203", "ContainerPlanOnly is 'yes'."),
        (Image, Property("ContainerizeMapPaths", "never"), "error CTZ0203", "ContainerizeMapPaths is 'never'."),
        (Image, Property("ContainerOffline", "yess"), "error CTZ0203", "ContainerOffline is 'yess'."),
        (Image, Property("ContainerUpdateLock", "1"), "error CTZ0203", "ContainerUpdateLock is '1'."),
        (Image, Property("ContainerPublishInParallel", "off"), "error CTZ0203", "ContainerPublishInParallel is 'off'."),
        (Image, Property("ContainerGenerateLabels", "no"), "error CTZ0203", "ContainerGenerateLabels is 'no'."),
        (
            Image,
            Property("ContainerGenerateLabelsImageTitle", "nein"),
            "error CTZ0203",
            "ContainerGenerateLabelsImageTitle is 'nein'."
        ),
        (Switch, Property("Containerize", "yes"), "error CTZ0203", "Containerize is 'yes'."),
        (
            Switch,
            Property("Containerise", "true"),
            "warning CTZ0204",
            "'Containerise' is not known and does nothing. Did you mean 'Containerize'?"
        ),
        (Plan, Item("ContainerPort", "8080:80"), "error CTZ0051", "'docker run -p 8080:80' chooses"),
        (Plan, Item("ContainerPort", "80/tcp/tcp"), "error CTZ0051", "ContainerPort is '80/tcp/tcp'."),
        (Plan, Item("ContainerPort", "53/udp"), "error CTZ0051", "<ContainerPort Include=\"53\" Type=\"udp\" />"),
        (
            Plan,
            Item("ContainerEnvironmentVariable", "A=B"),
            "warning CTZ0052",
            "<ContainerEnvironmentVariable Include=\"A\" Value=\"B\" />"
        ),
        (Plan, Property("ContainerWorkingDirectory", "app"), "error CTZ0010", "ContainerWorkingDirectory is 'app'."),
        (
            Plan,
            Property("ContainerStopSignal", "SIGTREM"),
            "error CTZ0015",
            "ContainerStopSignal: 'SIGTREM' is no signal. Did you mean 'SIGTERM'?"
        ),
        (Plan, Property("ContainerRuntimeIdentifier", "linux-amd64"), "error CTZ0042", "Did you mean 'linux-x64'?"),
        (
            Plan,
            Property("RuntimeIdentifiers", "win-x64;linux-x64"),
            "error CTZ0202",
            "set ContainerRuntimeIdentifiers to the ones for containers"
        ),
        (
            Plan,
            Property("RuntimeIdentifiers", "linux-x64;osx-arm64;any"),
            "error CTZ0042",
            "set ContainerRuntimeIdentifiers to the ones for containers"
        ),
        (
            Plan,
            Property("RuntimeIdentifiers", "linux-x64;linux-arm64;linux-musl-x64"),
            "error CTZ0043",
            "set ContainerRuntimeIdentifiers to the ones for containers"
        ),
        (
            Plan,
            Property("RuntimeIdentifier", "linux-x64") + Property("ContainerRuntimeIdentifier", "linux-arm64"),
            "error CTZ0047",
            "ContainerRuntimeIdentifier has 'linux-arm64'"
        ),
        (Image, Property("TargetFileName", "Other.dll"), "error CTZ0196", "would start '/app/Other.dll'"),
        (
            Image,
            Property("SelfContained", "true") + Property("ContainerRuntimeIdentifier", "linux-musl-x64"),
            "error CTZ0197",
            "is linked with glibc"
        ),
        (
            Image,
            Property("SelfContained", "true")
                + Property("ContainerRuntimeIdentifier", "linux-arm64")
                + Property("ContainerBaseImage", "scratch"),
            "error CTZ0197",
            "is a program for amd64, while the image is for linux/arm64"
        ),
        (
            Image,
            Property("SelfContained", "true")
                + Property("ContainerRuntimeIdentifier", "win-x64")
                + Property("ContainerBaseImage", "scratch"),
            "error CTZ0196",
            "has no 'Typed.exe'"
        ),
        (
            Image,
            Property("ContainerBaseImage", "scratch"),
            "warning CTZ0198",
            "without the .NET runtime, and the base image 'scratch' has none"
        ),
        (
            Image,
            Property("SelfContained", "true") + Property("ContainerBaseImage", "scratch"),
            "warning CTZ0198",
            "needs the C library with its loader"
        ),
        (Image, Property("PublishSingleFile", "true"), "", "Container image docker.io/library/typed:latest"),
    ];

    private static readonly Lazy<string[]> Page = new(() =>
        File.ReadAllLines(Path.Combine(TestFolder.Repository, "docs/what-people-type.md"))
    );

    public static TheoryData<int, string, string> Table => [.. Rows.Select((row, i) => (i, row.Code, row.Text))];

    [Theory]
    [MemberData(nameof(Table))]
    public void It_is_said_with_a_code_and_with_what_to_write(int row, string code, string text)
    {
        var said = run.Said(row);
        Assert.Equal(code.Length > 0 ? [code] : [], said.Codes);
        if (!said.Lines.Any(line => line.Contains(text, StringComparison.Ordinal)))
            Assert.Fail($"Expected '{text}' of {Rows[row].Xml}:\n{string.Join('\n', said.Lines)}");
        Assert.DoesNotContain(said.Lines, line => line.StartsWith("at ", StringComparison.Ordinal));
        // An image is made of what is only doubted, and of nothing else.
        Assert.Equal(
            Rows[row].Target == Image && !code.StartsWith("error", StringComparison.Ordinal),
            File.Exists(run.TarballOf(row))
        );
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void The_page_says_the_same_of_it(int row, string code, string text)
    {
        var input = $"| `{InputOf(Rows[row].Xml)}` |";
        var line = Assert.Single(Page.Value, line => line.StartsWith(input, StringComparison.Ordinal));
        var said = code.Split(' ') is [var kind, var number]
            ? $"{kind} [{number}](diagnostics/{number}.md): {text}"
            : text;
        Assert.EndsWith($"| {said} |", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_file_that_needs_the_runtime_starts_itself()
    {
        var row = Array.FindIndex(Rows, row => row.Xml == Property("PublishSingleFile", "true"));
        Assert.Equal(
            "/app/Typed",
            ImageDocument.Of(OciLayout.FromTarball(run.TarballOf(row), run.NewFolder())).Entrypoint
        );
    }

    [Fact]
    public void Names_that_are_nearly_known_are_doubted_wherever_they_are_written()
    {
        Assert.Equal(["warning CTZ0204"], run.Misspelt.Codes);
        foreach (
            var text in new[]
            {
                "'ContainerBaseImge' is not known and does nothing. Did you mean 'ContainerBaseImage'?",
                "The item 'ContainerPorts'",
                "has the metadata 'Vaule'",
            }
        )
            Assert.Single(run.Misspelt.Lines, line => line.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_library_that_is_published_alone_says_why_there_is_no_image() =>
        Assert.Equal(
            ["warning CTZ0205"],
            (await (await run.WriteAsync(TestProject.Library("Lone"))).ContainerizeAsync()).Succeeded().Codes
        );

    [Fact]
    public async Task A_base_that_is_not_to_be_had_is_told_before_the_project_is_compiled()
    {
        var project = await run.WriteAsync(TestProject.Console("Early"));
        Assert.Contains(
            "127.0.0.1:1",
            (await project.With("ContainerBaseImage", "127.0.0.1:1/acme/base:1").ContainerizeAsync()).FailedWith(
                "CTZ0030"
            ),
            StringComparison.Ordinal
        );
        Assert.False(File.Exists(Path.Combine(project.Folder, "obj/Release/net10.0/Early.dll")));
    }

    // As somebody writes it: properties as on a command line, an item as in a project.
    private static string InputOf(string xml) =>
        xml.StartsWith("<ItemGroup>", StringComparison.Ordinal)
            ? xml.Replace("<ItemGroup>", "", StringComparison.Ordinal)
                .Replace("</ItemGroup>", "", StringComparison.Ordinal)
            : string.Join(
                ' ',
                XElement
                    .Parse($"<Project>{xml}</Project>")
                    .Elements()
                    .Elements()
                    .Select(property => $"{property.Name}={property.Value}")
            );

    private static string Property(string name, string value) =>
        $"<PropertyGroup><{name}>{value}</{name}></PropertyGroup>";

    private static string Item(string kind, string include) =>
        $"<ItemGroup><{kind} Include=\"{include}\" /></ItemGroup>";

    /// <summary>One project, published once; then a run of a target for each row.</summary>
    public sealed class Run(Machine machine) : IAsyncLifetime
    {
        private readonly Dictionary<string, ProjectCases> _cases = [];
        private string _folder = "";

        public PublishResult Misspelt { get; private set; } = null!;

        public PublishResult Said(int row) => _cases[Rows[row].Target][NameOf(row)];

        public string TarballOf(int row) => Path.Combine(_folder, NameOf(row) + ".tar");

        public string NewFolder() => machine.Folder.Create("typed-layout");

        public async Task<WrittenProject> WriteAsync(TestProject project)
        {
            var feed = await machine.Feed;
            return project.Containerized(feed).WriteTo(machine.Folder.Create("typed"), feed);
        }

        public async ValueTask InitializeAsync()
        {
            var project = await WriteAsync(TestProject.Console("Typed"));
            _folder = machine.Folder.Create("typed-tarballs");
            (await project.PublishAsync()).Succeeded();
            // Before the rows, so that a row may say another base.
            await File.WriteAllTextAsync(
                Path.Combine(project.Folder, "Directory.Build.props"),
                $"""
                <Project><PropertyGroup>
                  <ContainerBaseImage>{(await machine.Bases).SmallReference}</ContainerBaseImage>
                  <ContainerArchiveOutputPath Condition="'$(Case)' != ''">{_folder}/$(Case).tar</ContainerArchiveOutputPath>
                </PropertyGroup></Project>
                """
            );
            foreach (var target in Rows.Select(row => row.Target).Distinct())
                _cases[target] = await ProjectCases.RunAsync(
                    project,
                    target,
                    [
                        .. Rows.Index()
                            .Where(row => row.Item.Target == target)
                            .Select(row => new ProjectCase(NameOf(row.Index), row.Item.Xml)),
                    ]
                );
            Misspelt = (
                await ProjectCases.RunAsync(
                    project.With("ContainerBaseImge", "x"),
                    Plan,
                    [
                        new(
                            "misspelt",
                            "<ItemGroup><ContainerPorts Include=\"80\" /><ContainerLabel Include=\"a\" "
                                + "Vaule=\"b\" /></ItemGroup>"
                        ),
                    ]
                )
            )["misspelt"];
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static string NameOf(int row) => FormattableString.Invariant($"row {row}");
    }
}
