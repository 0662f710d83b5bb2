using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>
/// What the targets make of the properties of a project before anything is built: labels with their switches, and the
/// names that Visual Studio's publish profiles use.
/// </summary>
public sealed class LabelTests(LabelTests.Evaluated evaluated) : IClassFixture<LabelTests.Evaluated>
{
    private const string Image = "org.opencontainers.image.";

    private static readonly string[] All =
    [
        $"{Image}authors=Authors",
        $"{Image}description=Description",
        "org.opencontainers.artifact.description=Description",
        $"{Image}documentation=https://example.test/home",
        $"{Image}licenses=MIT",
        $"{Image}revision=abc",
        $"{Image}source=https://example.test/shop",
        $"{Image}title=Title",
        $"{Image}url=https://example.test/home",
        $"{Image}vendor=Vendor",
        $"{Image}version=1.2.3",
        "net.dot.runtime.majorminor=10.0",
        "BaseDigest",
        "BaseName",
        "Created",
    ];

    public static TheoryData<string, string> Switches =>
        new()
        {
            { "ImageCreated", "Created" },
            { "ImageDescription", $"{Image}description org.opencontainers.artifact.description" },
            { "ImageAuthors", $"{Image}authors" },
            { "ImageUrl", $"{Image}url" },
            { "ImageDocumentation", $"{Image}documentation" },
            { "ImageSource", $"{Image}source" },
            { "ImageVersion", $"{Image}version" },
            { "ImageRevision", $"{Image}revision" },
            { "ImageVendor", $"{Image}vendor" },
            { "ImageLicenses", $"{Image}licenses" },
            { "ImageTitle", $"{Image}title" },
            { "ImageBaseDigest", "BaseDigest" },
            { "ImageBaseName", "BaseName" },
            { "DotnetToolset", "net.dot.runtime.majorminor" },
        };

    [Fact]
    public void Labels_follow_from_the_properties_that_describe_a_project() => AssertLabels("all", All);

    [Theory]
    [MemberData(nameof(Switches))]
    public void Each_label_has_a_switch(string name, string labels) =>
        AssertLabels(name, All.Where(label => !labels.Split(' ').Contains(label.Split('=')[0])));

    [Fact]
    public void Without_generated_labels_there_are_none() => AssertLabels("none", []);

    [Fact]
    public void The_version_of_the_SDK_is_written_when_its_switch_says_so() =>
        Assert.Contains(
            Labels("toolset"),
            label => label.StartsWith("net.dot.sdk.version=10.0.", StringComparison.Ordinal)
        );

    [Fact]
    public void Properties_of_the_container_win_over_those_of_the_package() =>
        Assert.Equal(
            [
                $"{Image}authors=b",
                $"{Image}description=a;b%20c",
                $"{Image}documentation=https://d",
                $"{Image}licenses=d",
                $"{Image}title=g",
                $"{Image}url=https://c",
                $"{Image}vendor=Vendor",
                $"{Image}version=f",
            ],
            Labels("own")
                .Where(label =>
                    label.StartsWith(Image, StringComparison.Ordinal)
                    && !label.Contains("source", StringComparison.Ordinal)
                    && !label.Contains("revision", StringComparison.Ordinal)
                )
        );

    [Theory]
    [InlineData("git", "https://git.cosmere.com/shard/whimsy")]
    [InlineData("tfs", "https://git.cosmere.com/shard/whimsy.git")]
    public void The_source_of_a_git_repository_has_no_end(string type, string expected) =>
        Assert.Contains($"{Image}source={expected}", Labels(type));

    [Fact]
    public void The_repository_is_told_only_where_it_may_be() =>
        Assert.DoesNotContain(
            Labels("private"),
            label =>
                label.StartsWith($"{Image}source", StringComparison.Ordinal)
                || label.StartsWith($"{Image}revision", StringComparison.Ordinal)
        );

    [Theory]
    [InlineData("plain", "repository=", "registry=", "tag=", "tags=", "rid=linux-x64", "platforms=")]
    [InlineData(
        "visual studio",
        "repository=acme/old",
        "registry=registry.example",
        "tag=from-profile",
        "tags=",
        "rid=linux-x64",
        "platforms="
    )]
    [InlineData(
        "aliases win",
        "repository=acme/old",
        "registry=registry.example",
        "tag=from-profile",
        "tags=",
        "rid=linux-x64",
        "platforms="
    )]
    [InlineData("machine is windows", "repository=", "registry=", "tag=", "tags=", "rid=linux-x64", "platforms=")]
    [InlineData(
        "machine is windows on arm",
        "repository=",
        "registry=",
        "tag=",
        "tags=",
        "rid=linux-arm64",
        "platforms="
    )]
    [InlineData("rid", "repository=", "registry=", "tag=", "tags=", "rid=linux-musl-arm64", "platforms=")]
    [InlineData(
        "rids of the project",
        "repository=",
        "registry=",
        "tag=",
        "tags=",
        "rid=linux-x64",
        "platforms=linux-x64;linux-arm64"
    )]
    [InlineData("rids in visual studio", "repository=", "registry=", "tag=", "tags=", "rid=linux-x64", "platforms=")]
    [InlineData("one of several", "repository=", "registry=", "tag=", "tags=", "rid=linux-arm64", "platforms=")]
    public void Names_and_platforms_follow_as_they_do_in_the_SDK(string name, params string[] expected) =>
        Assert.Equal(expected, evaluated.Names[name].Lines.Select(Said));

    [Fact]
    public void A_tag_can_follow_the_clock() =>
        Assert.Matches("^tag=[0-9]{14}$", evaluated.Names["clock"].Lines.Select(Said).ElementAt(2));

    private static string Said(string line) => line["=> ".Length..];

    private IReadOnlyList<string> Labels(string name) =>
        [
            .. evaluated
                .Labels[name]
                .Lines.Where(line => line.StartsWith("=> ", StringComparison.Ordinal))
                .Select(Said)
                .Order(StringComparer.Ordinal),
        ];

    private void AssertLabels(string name, IEnumerable<string> expected) =>
        Assert.Equal(expected.Order(StringComparer.Ordinal), Labels(name));

    /// <summary>The cases, evaluated.</summary>
    public sealed class Evaluated(Machine machine) : IAsyncLifetime
    {
        private const string Described = """
            <PropertyGroup Condition="'$(Case)' != 'own'">
              <Description>Description</Description><Authors>Authors</Authors><PackageLicenseExpression>MIT</PackageLicenseExpression>
              <PackageProjectUrl>https://example.test/home</PackageProjectUrl><PackageVersion>1.2.3</PackageVersion><Title>Title</Title>
            </PropertyGroup>
            <PropertyGroup>
              <ContainerVendor>Vendor</ContainerVendor><SourceRevisionId>abc</SourceRevisionId><RepositoryUrl Condition="'$(RepositoryUrl)' == ''">https://example.test/shop</RepositoryUrl>
              <PublishRepositoryUrl Condition="'$(PublishRepositoryUrl)' == ''">true</PublishRepositoryUrl>
            </PropertyGroup>
            <Target Name="Labels" DependsOnTargets="_ContainerizeDefaults;_ContainerizeLabels" Returns="@(Answer)">
              <ItemGroup><Answer Include="@(_ContainerizeLabel->'%(Identity)=%(Value)');@(_ContainerizeTaskLabel)" /></ItemGroup>
            </Target>
            """;

        private const string Told = """
            <Target Name="Names" DependsOnTargets="_ContainerizeDefaults" Returns="@(Answer)">
              <ItemGroup>
                <Answer Include="repository=$(ContainerRepository)" /><Answer Include="registry=$(ContainerRegistry)" /><Answer Include="tag=$(ContainerImageTag)" />
                <Answer Include="tags=$(ContainerImageTags)" /><Answer Include="rid=$(ContainerRuntimeIdentifier)" /><Answer Include="platforms=$([MSBuild]::Escape('$(_ContainerizeRids)'))" />
              </ItemGroup>
            </Target>
            """;

        public ProjectCases Labels { get; private set; } = null!;

        public ProjectCases Names { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var feed = await machine.Feed;
            var project = TestProject
                .Console("Labels")
                .Containerized(feed)
                .WriteTo(machine.Folder.Create("labels"), feed);
            (await project.PublishAsync()).Succeeded();
            Labels = await ProjectCases.RunAsync(
                project,
                "Labels",
                [
                    Properties("all", ""),
                    Properties("none", "<ContainerGenerateLabels>false</ContainerGenerateLabels>"),
                    Properties(
                        "toolset",
                        "<ContainerGenerateLabelsDotnetToolset>true</ContainerGenerateLabelsDotnetToolset>"
                    ),
                    Properties(
                        "own",
                        "<ContainerDescription>a%3Bb%2520c</ContainerDescription><ContainerAuthors>b</ContainerAuthors><ContainerInformationUrl>https://c</ContainerInformationUrl>"
                            + "<ContainerDocumentationUrl>https://d</ContainerDocumentationUrl><ContainerLicenseExpression>d</ContainerLicenseExpression><ContainerVersion>f</ContainerVersion><ContainerTitle>g</ContainerTitle>"
                    ),
                    Properties(
                        "git",
                        "<RepositoryUrl>https://git.cosmere.com/shard/whimsy.git</RepositoryUrl><RepositoryType>git</RepositoryType>"
                    ),
                    Properties(
                        "tfs",
                        "<RepositoryUrl>https://git.cosmere.com/shard/whimsy.git</RepositoryUrl><RepositoryType>tfs</RepositoryType>"
                    ),
                    Properties("private", "<PublishRepositoryUrl>false</PublishRepositoryUrl>"),
                    .. Switches.Select(row =>
                        Properties(
                            row.Data.Item1,
                            $"<ContainerGenerateLabels{row.Data.Item1}>false</ContainerGenerateLabels{row.Data.Item1}>"
                        )
                    ),
                ],
                Described
            );
            const string Profile =
                "<ContainerImageName>acme/old</ContainerImageName><RegistryUrl>registry.example</RegistryUrl><PublishImageTag>from-profile</PublishImageTag>";
            Names = await ProjectCases.RunAsync(
                project,
                "Names",
                [
                    Properties("plain", ""),
                    Properties("visual studio", Profile),
                    Properties(
                        "aliases win",
                        Profile
                            + "<ContainerRepository>acme/new</ContainerRepository><ContainerRegistry>other.example</ContainerRegistry><ContainerImageTag>1</ContainerImageTag>"
                    ),
                    Properties(
                        "clock",
                        "<AutoGenerateImageTag>true</AutoGenerateImageTag><PublishImageTag>x</PublishImageTag>"
                    ),
                    Properties(
                        "machine is windows",
                        "<NETCoreSdkPortableRuntimeIdentifier>win-x64</NETCoreSdkPortableRuntimeIdentifier>"
                    ),
                    Properties(
                        "machine is windows on arm",
                        "<NETCoreSdkPortableRuntimeIdentifier>win-arm64</NETCoreSdkPortableRuntimeIdentifier>"
                    ),
                    Properties("rid", "<RuntimeIdentifier>linux-musl-arm64</RuntimeIdentifier>"),
                    Properties("rids of the project", "<RuntimeIdentifiers>linux-x64;linux-arm64</RuntimeIdentifiers>"),
                    Properties(
                        "rids in visual studio",
                        "<RuntimeIdentifiers>linux-x64;linux-arm64</RuntimeIdentifiers><BuildingInsideVisualStudio>true</BuildingInsideVisualStudio>"
                    ),
                    Properties(
                        "one of several",
                        "<RuntimeIdentifiers>linux-x64;linux-arm64</RuntimeIdentifiers><ContainerRuntimeIdentifier>linux-arm64</ContainerRuntimeIdentifier>"
                    ),
                ],
                Told
            );
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static ProjectCase Properties(string name, string xml) =>
            new(name, $"<PropertyGroup>{xml}</PropertyGroup>");
    }
}
