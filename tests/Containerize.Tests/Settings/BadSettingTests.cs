using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>What a project may get wrong in its settings: one coded error and no image, or one coded warning and an
/// image.</summary>
public sealed class BadSettingTests(BadSettingTests.Run run) : IClassFixture<BadSettingTests.Run>
{
    private static readonly ProjectCase[] Errors =
    [
        Item("port 0", "ContainerPort", "0"),
        Item("port 70000", "ContainerPort", "70000"),
        Item("port with sctp", "ContainerPort", "80/sctp"),
        Item("port of type sctp", "ContainerPort", "80", ("Type", "sctp")),
        Item("port a", "ContainerPort", "a"),
        Item("mode 9999", "ContainerFile", "Program.cs", ("Mode", "9999")),
        Item("owner of three", "ContainerFile", "Program.cs", ("Owner", "a:b:c")),
        Item("file that is not there", "ContainerFile", "missing.txt"),
        Item("relative volume", "ContainerVolume", "data"),
        Item("layer outside", "ContainerLayer", "models", ("Files", "../**")),
        Item("layer at the root", "ContainerLayer", "models", ("Files", "/etc/passwd")),
        Item("layer without files", "ContainerLayer", "models"),
        Item("layer of our own name", "ContainerLayer", "app", ("Files", "**")),
        Property("long tag", "ContainerImageTag", new string('t', 129)),
        Property("compression", "ContainerCompression", "lzma"),
        Property("level", "ContainerCompressionLevel", "99"),
        Property("format", "ContainerImageFormat", "tar"),
        Property("instruction", "ContainerAppCommandInstruction", "Maybe"),
        Property("engine", "LocalRegistry", "Moby"),
        Property("time", "ContainerCreated", "yesterday"),
        Property("relative folder", "ContainerWorkingDirectory", "app"),
        Property("interval without a check", "ContainerHealthcheckInterval", "30s"),
        new(
            "check without a unit",
            "<PropertyGroup><ContainerHealthcheckCommand>true</ContainerHealthcheckCommand>"
                + "<ContainerHealthcheckInterval>30</ContainerHealthcheckInterval></PropertyGroup>"
        ),
        new(
            "zstd in the format of Docker",
            "<PropertyGroup><ContainerCompression>zstd</ContainerCompression>"
                + "<ContainerImageFormat>Docker</ContainerImageFormat></PropertyGroup>"
        ),
        new(
            "windows without a base",
            "<PropertyGroup><ContainerBaseImage></ContainerBaseImage>"
                + "<ContainerRuntimeIdentifier>win-x64</ContainerRuntimeIdentifier></PropertyGroup>"
        ),
        Property("platform that does not exist", "ContainerRuntimeIdentifier", "osx-arm64"),
        Property("registry with a scheme", "ContainerRegistry", "https://registry.example"),
    ];

    private static readonly ProjectCase[] Warnings =
    [
        Item("variable 1A", "ContainerEnvironmentVariable", "1A", ("Value", "x")),
        Item("variable with an equals sign", "ContainerEnvironmentVariable", "A=B", ("Value", "x")),
        Item("variable of a blank", "ContainerEnvironmentVariable", "%20", ("Value", "x")),
        Item("layer of nothing", "ContainerLayer", "models", ("Files", "models/**")),
        Property("user that nobody knows", "ContainerUser", "nobody-knows"),
        Property("check in an image of OCI", "ContainerHealthcheckCommand", "true"),
    ];

    [Theory]
    [InlineData("port 0", "CTZ0051", "'0'")]
    [InlineData("port 70000", "CTZ0051", "'70000'")]
    [InlineData("port with sctp", "CTZ0051", "80/sctp")]
    [InlineData("port of type sctp", "CTZ0051", "the Type 'sctp'")]
    [InlineData("port a", "CTZ0051", "'a'")]
    [InlineData("mode 9999", "CTZ0058", "9999")]
    [InlineData("owner of three", "CTZ0058", "a:b:c")]
    [InlineData("file that is not there", "CTZ0058", "missing.txt")]
    [InlineData("relative volume", "CTZ0053", "'data'")]
    [InlineData("layer outside", "CTZ0057", "../**")]
    [InlineData("layer at the root", "CTZ0057", "/etc/passwd")]
    [InlineData("layer without files", "CTZ0057", "models")]
    [InlineData("layer of our own name", "CTZ0057", "'app'")]
    [InlineData("long tag", "CTZ0003", "ttt")]
    [InlineData("compression", "CTZ0015", "lzma")]
    [InlineData("level", "CTZ0015", "99")]
    [InlineData("format", "CTZ0015", "ContainerImageFormat")]
    [InlineData("instruction", "CTZ0050", "Maybe")]
    [InlineData("engine", "CTZ0015", "Moby")]
    [InlineData("time", "CTZ0015", "yesterday")]
    [InlineData("relative folder", "CTZ0010", "ContainerWorkingDirectory is 'app'")]
    [InlineData("interval without a check", "CTZ0054", "30s")]
    [InlineData("check without a unit", "CTZ0054", "30")]
    [InlineData("zstd in the format of Docker", "CTZ0015", "zstd")]
    [InlineData("windows without a base", "CTZ0040", "ContainerFamily")]
    [InlineData("platform that does not exist", "CTZ0042", "osx-arm64")]
    [InlineData("registry with a scheme", "CTZ0001", "https://registry.example")]
    public void A_value_that_means_nothing_is_one_error_and_makes_no_image(string name, string code, string named)
    {
        Assert.Equal(
            [$"error {code}"],
            run.Bad[name].Codes.Where(line => line.StartsWith("error", StringComparison.Ordinal))
        );
        Assert.Contains(
            run.Bad[name].Lines,
            line => line.Contains(code, StringComparison.Ordinal) && line.Contains(named, StringComparison.Ordinal)
        );
        Assert.False(Directory.Exists(run.LayoutOf(name).Folder));
    }

    [Theory]
    [InlineData("variable 1A", "CTZ0052", "'1A'")]
    [InlineData("variable with an equals sign", "CTZ0052", "'A=…'")]
    [InlineData("variable of a blank", "CTZ0052", "' '")]
    [InlineData("layer of nothing", "CTZ0056", "'models'")]
    [InlineData("user that nobody knows", "CTZ0107", "nobody-knows")]
    [InlineData("check in an image of OCI", "CTZ0055", "ContainerImageFormat=Docker")]
    public void A_value_that_does_no_harm_is_one_warning_and_the_image_is_made(string name, string code, string named)
    {
        Assert.Equal([$"warning {code}"], run.Bad[name].Codes);
        Assert.Contains(
            run.Bad[name].Lines,
            line => line.Contains(code, StringComparison.Ordinal) && line.Contains(named, StringComparison.Ordinal)
        );
        ImageValidator.AssertValid(run.LayoutOf(name).Folder);
        Assert.Equal("PATH=/usr/bin:/bin\nFROM_BASE=yes", ImageDocument.Of(run.LayoutOf(name)).Environment);
    }

    [Fact]
    public void A_variable_without_a_name_is_no_item_for_MSBuild() =>
        Assert.Empty(run.Bad["variable without a name"].Codes);

    [Fact]
    public void What_a_base_wants_done_and_how_it_starts_are_worth_a_warning()
    {
        Assert.Equal(["warning CTZ0105", "warning CTZ0106"], run.Triggers["said"].Codes.Order(StringComparer.Ordinal));
        Assert.Contains(
            run.Triggers["said"].Lines,
            line =>
                line.Contains("CTZ0105", StringComparison.Ordinal)
                && line.Contains("RUN make", StringComparison.Ordinal)
        );
        Assert.Equal(["warning CTZ0105"], run.Triggers["meant"].Codes);
    }

    [Fact]
    public async Task Of_two_layers_that_claim_a_file_the_first_has_it_and_only_a_detailed_log_says_so()
    {
        Assert.Equal(["host", "first", "second", "app"], run.Contested.OwnLayers().Select(layer => layer.Name));
        Assert.Equal(["app/Bad.deps.json"], run.Contested.FilesOf("first"));
        Assert.Equal(["app/Bad.runtimeconfig.json"], run.Contested.FilesOf("second"));
        const string Claimed = "'Bad.deps.json' is claimed by more than one";
        Assert.DoesNotContain(await run.LogAsync("normal"), line => line.Contains(Claimed, StringComparison.Ordinal));
        Assert.Contains(await run.LogAsync("detailed"), line => line.Contains(Claimed, StringComparison.Ordinal));
    }

    private static ProjectCase Item(
        string name,
        string kind,
        string include,
        params IEnumerable<(string Name, string Value)> metadata
    ) =>
        new(
            name,
            $"<ItemGroup><{kind} "
                + $"Include=\"{include}\"{string.Concat(metadata.Select(pair => $" {pair.Name}=\"{pair.Value}\""))} "
                + "/></ItemGroup>"
        );

    private static ProjectCase Property(string name, string property, string value) =>
        new(name, $"<PropertyGroup><{property}>{value}</{property}></PropertyGroup>");

    /// <summary>One project, published once; then the target that makes the image is run for each case.</summary>
    public sealed class Run(Machine machine) : IAsyncLifetime
    {
        private WrittenProject _project = null!;
        private string _folder = "";

        public ProjectCases Bad { get; private set; } = null!;

        public ProjectCases Triggers { get; private set; } = null!;

        public OciLayout Contested => LayoutOf("contested");

        public OciLayout LayoutOf(string name) => new(Path.Combine(_folder, "layouts", name));

        public async ValueTask InitializeAsync()
        {
            var feed = await machine.Feed;
            _folder = machine.Folder.Create("bad-settings");
            _project = TestProject.Console("Bad").Containerized(feed).WriteTo(_folder, feed);
            (await _project.PublishAsync()).Succeeded();
            const string Layout =
                "<PropertyGroup Condition=\"'$(Case)' != "
                + "''\"><ContainerOciLayoutPath>$(MSBuildProjectDirectory)/../layouts/$(Case)</ContainerOciLayoutPath>";
            var small = (await machine.Bases).SmallReference;
            Bad = await ProjectCases.RunAsync(
                _project,
                "_ContainerizeImage",
                [
                    .. Errors,
                    .. Warnings,
                    Item("variable without a name", "ContainerEnvironmentVariable", "$(NobodySetThis)", ("Value", "x")),
                    new("contested", ContestedXml),
                ],
                $"{Layout}<ContainerBaseImage Condition=\"'$(Case)' != 'windows without a "
                    + $"base'\">{small}</ContainerBaseImage></PropertyGroup>"
            );
            var triggers = HandmadeImage.Small;
            triggers.Config["OnBuild"] = new JsonArray("RUN make");
            triggers.Config["Entrypoint"] = new JsonArray("/entry");
            var layout = triggers.WriteTo(Path.Combine(_folder, "triggers"));
            Triggers = await ProjectCases.RunAsync(
                _project,
                "_ContainerizeImage",
                [new("said", ""), Property("meant", "ContainerAppCommandInstruction", "Entrypoint")],
                $"{Layout}<ContainerBaseImage>oci:{layout.Folder}:1.0</ContainerBaseImage></PropertyGroup>"
            );
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        /// <summary>What a publish with contested files says at a verbosity.</summary>
        public async Task<IReadOnlyList<string>> LogAsync(string verbosity)
        {
            await File.WriteAllTextAsync(
                Path.Combine(_project.Folder, "Directory.Build.targets"),
                $"<Project>{ContestedXml}</Project>"
            );
            return (
                await _project
                    .With("ContainerBaseImage", "scratch")
                    .With("ContainerImageTag", verbosity)
                    .ContainerizeAsync("--no-build", "-v:" + verbosity)
            )
                .Succeeded()
                .Lines;
        }

        private const string ContestedXml = """
            <ItemGroup>
              <ContainerLayer Include="first" Files="*.deps.json" />
              <ContainerLayer Include="second" Files="*.json" />
            </ItemGroup>
            """;
    }
}
