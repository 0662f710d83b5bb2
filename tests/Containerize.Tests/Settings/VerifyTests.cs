using System.Text.Json.Nodes;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>A publish here, one of a copy elsewhere, and that one's second.</summary>
public sealed class VerifyTests(Machine machine)
{
    [Fact]
    public async Task A_deterministic_project_is_verified_with_the_digest_of_a_plain_publish_and_no_copy_is_left()
    {
        var feed = await machine.Feed;
        var folder = machine.Folder.Create("steady");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Linked.cs"),
            "internal static class Linked;\n",
            TestContext.Current.CancellationToken
        );
        var project = TestProject
            .Web("Steady")
            .WithItem("Compile", "../Linked.cs")
            .WithFile("Pages/Index.cshtml", "@page\n<p>@DateTime.MinValue</p>\n")
            .WithPackage("Newtonsoft.Json", "13.0.4")
            .WithProperty("ContainerBaseImage", "scratch")
            .WithProperty("ContainerRegistry", "registry.invalid")
            .Containerized(feed)
            .WriteTo(folder, feed);
        var result = (await VerifyAsync(project)).Succeeded();
        var metadata = Path.Combine(machine.Folder.Create("plain"), "metadata.json");
        (
            await project.With("ContainerRegistry", "").With("ContainerMetadataPath", metadata).ContainerizeAsync()
        ).Succeeded();
        var digest = (string?)
            JsonNode.Parse(await File.ReadAllTextAsync(metadata, TestContext.Current.CancellationToken))!["digest"];
        Assert.Single(
            result.Lines,
            line => line == $"Steady -> Verified: publishes here and in another folder give {digest}"
        );
        Assert.Empty(Directory.GetDirectories(Path.GetTempPath(), "containerize-verify-*"));
    }

    [Fact]
    public async Task What_differs_is_named_with_its_file_and_its_cause()
    {
        var feed = await machine.Feed;
        var folder = machine.Folder.Create("restless");
        // Without the package: no target of ours cures what its Razor generator writes.
        var views = new TestProject("Views", "Microsoft.NET.Sdk.Razor")
            .WithItem("FrameworkReference", "Microsoft.AspNetCore.App")
            .WithFile("Card.razor", "<p>A card</p>\n");
        var written = TestProject
            .Library("Written")
            .WithFile(
                "Directory.Build.targets",
                """
                <Project>
                  <Target Name="WriteASource" BeforeTargets="CoreCompile">
                    <PropertyGroup>
                      <Here>public static string Path() => @&quot;$(MSBuildProjectDirectory)&quot;%3B</Here>
                    </PropertyGroup>
                    <WriteLinesToFile File="$(IntermediateOutputPath)Folder.g.cs" Overwrite="true"
                                      Lines="static class Folder { $(Here) }" />
                    <ItemGroup>
                      <Compile Include="$(IntermediateOutputPath)Folder.g.cs" />
                    </ItemGroup>
                  </Target>
                </Project>

                """
            )
            .Containerized(feed);
        var ids = TestProject.Library("Ids").WithProperty("Deterministic", "false").Containerized(feed);
        views.WriteTo(folder, feed);
        written.WriteTo(folder, feed);
        ids.WriteTo(folder, feed);
        var project = TestProject
            .Console("Restless")
            .WithReference(views)
            .WithReference(written)
            .WithReference(ids)
            .WithProperty("ContainerBaseImage", "scratch")
            .WithItem("ContainerLabel", "made", ("Value", "$([System.Guid]::NewGuid())"))
            .WithFile(
                "Directory.Build.targets",
                """
                <Project>
                  <Target Name="WriteTheTime" BeforeTargets="AssignTargetPaths">
                    <WriteLinesToFile File="$(IntermediateOutputPath)time.txt" Overwrite="true"
                                      Lines="made at $([System.DateTime]::UtcNow.ToString('o'))" />
                    <WriteLinesToFile File="$(IntermediateOutputPath)noise.bin" Overwrite="true"
                                      Lines="$([System.Guid]::NewGuid().GetHashCode())" />
                    <ItemGroup>
                      <Content Include="$(IntermediateOutputPath)time.txt;$(IntermediateOutputPath)noise.bin"
                               Link="%(Filename)%(Extension)" CopyToPublishDirectory="Always" />
                    </ItemGroup>
                  </Target>
                  <Target Name="TakeWhatItWrote" BeforeTargets="AssignTargetPaths">
                    <ItemGroup>
                      <Content Include="report.txt" Condition="Exists('report.txt')" CopyToPublishDirectory="Always" />
                    </ItemGroup>
                    <WriteLinesToFile File="report.txt" Lines="built" Overwrite="true" />
                  </Target>
                  <Target Name="MakeARevision" BeforeTargets="GetAssemblyVersion">
                    <PropertyGroup>
                      <SourceRevisionId>$([System.Guid]::NewGuid().ToString('N'))00000000</SourceRevisionId>
                    </PropertyGroup>
                  </Target>
                </Project>

                """
            )
            .Containerized(feed)
            .WriteTo(folder, feed);
        var stale = Directory.CreateDirectory(Path.Combine(project.OutputFolder, "publish")).FullName;
        await File.WriteAllTextAsync(Path.Combine(stale, "stale.txt"), "old", TestContext.Current.CancellationToken);
        var result = await VerifyAsync(project);
        result.FailedWith("CTZ0101");
        Assert.Contains(
            "app: /app/obj/Release/net10.0/time.txt holds the time of the build: '20",
            string.Join('\n', result.Lines),
            StringComparison.Ordinal
        );
        AssertSays("app: /app/Restless.dll holds the git revision: '");
        AssertSays("app: /app/Restless.pdb holds the symbols of Restless.dll, which differs");
        AssertSays("app: /app/Views.dll holds the path '");
        AssertSays("app: /app/Views.pdb has the generated source 'Card_razor.g.cs', which holds the path '");
        AssertSays("app: /app/Written.dll holds the path '");
        AssertSays("app: /app/Ids.dll has another module id (MVID)");
        // Two random texts may begin alike.
        Assert.Contains(
            result.Lines,
            line =>
                line.Contains("app: /app/obj/Release/net10.0/noise.bin differs from byte ", StringComparison.Ordinal)
                && line.Contains(" on, for no reason that is known: ", StringComparison.Ordinal)
        );
        AssertSays("app: /app/stale.txt is in the first image only: an earlier publish left it here");
        AssertSays(
            "app: /app/report.txt is in the second image only: the first publish wrote it where the second "
                + "takes it from"
        );
        AssertSays("config: config.Labels.made holds a random identifier: '");
        Assert.DoesNotContain(result.Lines, line => line.Contains("deps.json", StringComparison.Ordinal));

        void AssertSays(string words) =>
            Assert.Contains(result.Lines, line => line.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_project_that_does_not_build_says_so_with_its_errors()
    {
        var feed = await machine.Feed;
        var project = TestProject
            .Console("Broken")
            .WithFile("Program.cs", "this is no program\n")
            .Containerized(feed)
            .WriteTo(machine.Folder.Create("broken"), feed);
        Assert.Contains("error CS", (await VerifyAsync(project)).FailedWith("CTZ0102"), StringComparison.Ordinal);
        var library = TestProject.Library("Shelf").Containerized(feed).WriteTo(machine.Folder.Create("shelf"), feed);
        Assert.Contains("library", (await VerifyAsync(library)).FailedWith("CTZ0102"), StringComparison.Ordinal);
    }

    private static Task<PublishResult> VerifyAsync(WrittenProject project) =>
        (project with { Verb = "build" }).PublishAsync("-t:ContainerizeVerify");
}
