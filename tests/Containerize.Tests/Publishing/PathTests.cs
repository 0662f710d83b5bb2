using System.Text;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Publishing;

/// <summary>
/// Compiled code does not depend on the folder that it was compiled in: each project is published in two folders of
/// different length and depth, one of them with every character that another tool may take for its own.
/// </summary>
public sealed class PathTests(Machine machine)
{
    private const string OddFolder = "com,ma eq=ual;ü a'b$(x)@#+&/one more";

    [Theory]
    [InlineData("fsproj", "fs", "printfn \"hello\"", "portable")]
    [InlineData("fsproj", "fs", "printfn \"hello\"", "embedded")]
    [InlineData("fsproj", "fs", "printfn \"hello\"", "none")]
    [InlineData(
        "vbproj",
        "vb",
        "Module Program\n    Sub Main()\n        Console.WriteLine(\"hello\")\n    End Sub\nEnd Module",
        "portable"
    )]
    public async Task Other_languages_do_not_hold_their_folder(
        string project,
        string source,
        string program,
        string debugType
    )
    {
        // fsc has no way to map a folder whose name holds a comma; it compiles there, to other bytes.
        await AssertSameAsync(
            "Other",
            async folder =>
            {
                var feed = await machine.Feed;
                await WriteAsync(
                    folder,
                    $"Other.{project}",
                    $"""
                    <Project Sdk="Microsoft.NET.Sdk">
                      <PropertyGroup>
                        <OutputType>Exe</OutputType>
                        <TargetFramework>net10.0</TargetFramework>
                        <NuGetAudit>false</NuGetAudit>
                        <DebugType>{debugType}</DebugType>
                      </PropertyGroup>
                      <ItemGroup>
                        <Compile Include="Program.fs" Condition="'{source}' == 'fs'" />
                        <PackageReference Include="Containerize" Version="{feed.Version}" PrivateAssets="all" />
                      </ItemGroup>
                    </Project>
                    """
                );
                await WriteAsync(folder, $"Program.{source}", program + "\n");
                return new WrittenProject(folder, "Other", feed) { Extension = project };
            },
            project == "fsproj" ? "another and a longer folder" : OddFolder
        );
    }

    [Fact]
    public async Task Git_with_a_remote_does_not_bring_the_folder_into_the_symbols_by_Source_Link()
    {
        await AssertSameAsync(
            "Linked",
            async folder =>
            {
                var feed = await machine.Feed;
                var project = TestProject.Console("Linked").Containerized(feed).WriteTo(folder, feed);
                await GitAsync("init", "--quiet");
                await GitAsync("remote", "add", "origin", "https://github.com/example/linked.git");
                await GitAsync("add", "Linked/Program.cs");
                await GitAsync(
                    "-c",
                    "user.name=tests",
                    "-c",
                    "user.email=tests@example.test",
                    "commit",
                    "--quiet",
                    "--date=2020-01-01T00:00:00Z",
                    "--message",
                    "Linked"
                );
                return project;

                Task<CommandResult> GitAsync(params string[] arguments) =>
                    Shell.RunAsync(
                        "env",
                        ["GIT_COMMITTER_DATE=2020-01-01T00:00:00Z", "git", "-C", folder, .. arguments]
                    );
            },
            "a folder with a longer name/and more"
        );
    }

    [Fact]
    public async Task Build_and_publish_without_building_and_the_target_by_name_give_the_digest_of_a_plain_publish()
    {
        var feed = await machine.Feed;
        var plain = await ContainerizeAsync(await WriteAsync("plain"));
        var built = await WriteAsync("built-before");
        (await (built with { Verb = "build" }).PublishAsync("-c", "Release")).Succeeded();
        Assert.Equal(plain.Digest(), (await ContainerizeAsync(built, "--no-build")).Digest());

        // The configuration is Debug, whose assembly is another one: it is compared with its own kind.
        var debug = await ContainerizeAsync(await WriteAsync("debug"), "-c", "Debug");
        var named = await WriteAsync("the-target-by-its-name");
        (await (named with { Verb = "build" }).PublishAsync()).Succeeded();
        Assert.Equal(debug.Digest(), (await MakeAsync(named with { Verb = "build" }, "-t:Containerize")).Digest());

        async Task<WrittenProject> WriteAsync(string folder) =>
            TestProject
                .Console("Steps")
                .Containerized(feed)
                .WriteTo(machine.Folder.Create(folder), feed)
                .With("ContainerBaseImage", (await machine.Bases).SmallReference);
    }

    [Fact]
    public async Task A_project_may_keep_its_own_map_or_have_none()
    {
        var feed = await machine.Feed;
        var own = TestProject.Console("Own").Containerized(feed).WriteTo(machine.Folder.Create("own"), feed);
        Assert.StartsWith(
            "/mine/obj/",
            await SymbolsAsync(own.With("PathMap", own.Folder + "=/mine")),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            own.Folder + "/obj/",
            await SymbolsAsync(own.With("ContainerizeMapPaths", "false")),
            StringComparison.Ordinal
        );
        Assert.StartsWith("/_/Own/obj/", await SymbolsAsync(own), StringComparison.Ordinal);

        static async Task<string> SymbolsAsync(WrittenProject project)
        {
            (await (project with { Verb = "build" }).PublishAsync("-c", "Release")).Succeeded();
            using var reader = new System.Reflection.PortableExecutable.PEReader(
                File.OpenRead(Path.Combine(project.Folder, "obj/Release/net10.0/Own.dll"))
            );
            return reader.ReadCodeViewDebugDirectoryData(reader.ReadDebugDirectory()[0]).Path;
        }
    }

    private async Task AssertSameAsync(string name, Func<string, Task<WrittenProject>> write, string other = OddFolder)
    {
        var (here, there) = (machine.Folder.Create(name), Path.Combine(machine.Folder.Create(name), other));
        Directory.CreateDirectory(there);
        var one = await ContainerizeAsync(await write(here));
        var two = await ContainerizeAsync(await write(there));
        FileTree.Of(one).AssertSame(FileTree.Of(two), times: true);
        Assert.Equal(one.Digest(), two.Digest());
        foreach (
            var file in Directory
                .EnumerateFiles(here, "*", SearchOption.AllDirectories)
                .Where(file => file.Contains("/publish/", StringComparison.Ordinal))
        )
            Assert.True(
                (await File.ReadAllBytesAsync(file)).AsSpan().IndexOf(Encoding.UTF8.GetBytes(here)) < 0,
                $"{file} holds the folder's path"
            );
    }

    private Task<OciLayout> ContainerizeAsync(WrittenProject project, params string[] arguments) =>
        MakeAsync(project, ["-p:Containerize=true", .. arguments]);

    private async Task<OciLayout> MakeAsync(WrittenProject project, params string[] arguments)
    {
        var folder = machine.Folder.Create("image");
        var result = await (project with { Cache = Path.Combine(folder, "cache") })
            .With("ContainerBaseImage", (await machine.Bases).SmallReference)
            .With("ContainerOciLayoutPath", Path.Combine(folder, "layout"))
            .PublishAsync(arguments);
        Assert.Empty(result.Succeeded().Codes);
        return new OciLayout(Path.Combine(folder, "layout"));
    }

    private static Task WriteAsync(string folder, string path, string text) =>
        File.WriteAllTextAsync(Path.Combine(folder, path), text, TestContext.Current.CancellationToken);
}
