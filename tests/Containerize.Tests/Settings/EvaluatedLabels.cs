using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>The cases, evaluated.</summary>
public sealed class EvaluatedLabels(Machine machine) : IAsyncLifetime
{
    private const string Described = """
        <PropertyGroup Condition="'$(Case)' != 'own'">
          <Description>Description</Description>
          <Authors>Authors</Authors>
          <PackageLicenseExpression>MIT</PackageLicenseExpression>
          <PackageProjectUrl>https://example.test/home</PackageProjectUrl>
          <PackageVersion>1.2.3</PackageVersion>
          <Title>Title</Title>
        </PropertyGroup>
        <PropertyGroup>
          <ContainerVendor>Vendor</ContainerVendor>
          <SourceRevisionId>abc</SourceRevisionId>
          <RepositoryUrl Condition="'$(RepositoryUrl)' == ''">https://example.test/shop</RepositoryUrl>
          <PublishRepositoryUrl Condition="'$(PublishRepositoryUrl)' == ''">true</PublishRepositoryUrl>
        </PropertyGroup>
        <Target Name="Labels" DependsOnTargets="_ContainerizeDefaults;_ContainerizeLabels" Returns="@(Answer)">
          <ItemGroup>
            <Answer Include="@(_ContainerizeLabel->'%(Identity)=%(Value)');@(_ContainerizeTaskLabel)" />
          </ItemGroup>
        </Target>
        """;

    private const string Told = """
        <Target Name="Names" DependsOnTargets="_ContainerizeDefaults" Returns="@(Answer)">
          <ItemGroup>
            <Answer Include="repository=$(ContainerRepository)" />
            <Answer Include="registry=$(ContainerRegistry)" />
            <Answer Include="tag=$(ContainerImageTag)" />
            <Answer Include="tags=$(ContainerImageTags)" />
            <Answer Include="rid=$(ContainerRuntimeIdentifier)" />
            <Answer Include="platforms=$([MSBuild]::Escape('$(_ContainerizeRids)'))" />
          </ItemGroup>
        </Target>
        """;

    public ProjectCases Labels { get; private set; } = null!;

    public ProjectCases Names { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var feed = await machine.Feed;
        var project = TestProject.Console("Labels").Containerized(feed).WriteTo(machine.Folder.Create("labels"), feed);
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
                    "<ContainerDescription>a%3Bb%2520c</ContainerDescription><ContainerAuthors>b</ContainerAuthors>"
                        + "<ContainerInformationUrl>https://c</ContainerInformationUrl>"
                        + "<ContainerDocumentationUrl>https://d</ContainerDocumentationUrl>"
                        + "<ContainerLicenseExpression>d</ContainerLicenseExpression>"
                        + "<ContainerVersion>f</ContainerVersion><ContainerTitle>g</ContainerTitle>"
                ),
                Properties(
                    "git",
                    "<RepositoryUrl>https://git.cosmere.com/shard/whimsy.git</RepositoryUrl>"
                        + "<RepositoryType>git</RepositoryType>"
                ),
                Properties(
                    "tfs",
                    "<RepositoryUrl>https://git.cosmere.com/shard/whimsy.git</RepositoryUrl>"
                        + "<RepositoryType>tfs</RepositoryType>"
                ),
                Properties("private", "<PublishRepositoryUrl>false</PublishRepositoryUrl>"),
                .. LabelTests.Switches.Select(row =>
                    Properties(
                        row.Data.Item1,
                        $"<ContainerGenerateLabels{row.Data.Item1}>false</ContainerGenerateLabels{row.Data.Item1}>"
                    )
                ),
            ],
            Described
        );
        const string Profile =
            "<ContainerImageName>acme/old</ContainerImageName><RegistryUrl>registry.example</RegistryUrl>"
            + "<PublishImageTag>from-profile</PublishImageTag>";
        Names = await ProjectCases.RunAsync(
            project,
            "Names",
            [
                Properties("plain", ""),
                Properties("visual studio", Profile),
                Properties(
                    "aliases win",
                    Profile
                        + "<ContainerRepository>acme/new</ContainerRepository>"
                        + "<ContainerRegistry>other.example</ContainerRegistry>"
                        + "<ContainerImageTag>1</ContainerImageTag>"
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
                    "<RuntimeIdentifiers>linux-x64;linux-arm64</RuntimeIdentifiers>"
                        + "<BuildingInsideVisualStudio>true</BuildingInsideVisualStudio>"
                ),
                Properties(
                    "one of several",
                    "<RuntimeIdentifiers>linux-x64;linux-arm64</RuntimeIdentifiers>"
                        + "<ContainerRuntimeIdentifier>linux-arm64</ContainerRuntimeIdentifier>"
                ),
            ],
            Told
        );
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static ProjectCase Properties(string name, string xml) =>
        new(name, $"<PropertyGroup>{xml}</PropertyGroup>");
}
