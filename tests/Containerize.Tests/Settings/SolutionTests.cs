using Containerize.TestKit.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>A solution with two programs, a library and a test project, published with one command.</summary>
public sealed class SolutionTests(Machine machine)
{
    [Fact]
    public async Task Each_program_gets_an_image_and_a_line_and_the_rest_is_left_out()
    {
        var (folder, shop) = await WriteAsync("shop", "desk", severalFrameworks: true);
        var outputs = Path.Combine(folder, "github-output");
        await File.WriteAllTextAsync(outputs, "", TestContext.Current.CancellationToken);
        var result = (
            await (
                shop with
                {
                    Settings = shop.Settings with
                    {
                        Environment = shop
                            .Settings.Environment.Add("GITHUB_ACTIONS", "true")
                            .Add("GITHUB_OUTPUT", outputs),
                    },
                }
            ).ContainerizeAsync("-f", "net10.0")
        ).Succeeded();
        foreach (var name in new[] { "Shop", "Desk" })
        {
            var tarball = Path.Combine(folder, name, "bin/Release/net10.0", name.ToLowerInvariant() + ".tar");
            ImageValidator.AssertValid(
                OciLayout.FromTarball(tarball, Path.Combine(machine.Folder.Create(name), "layout")).Folder
            );
            Assert.Single(
                result.Lines,
                line =>
                    line.StartsWith(
                        $"{name} -> Container image docker.io/library/{name.ToLowerInvariant()}@sha256:",
                        StringComparison.Ordinal
                    ) && line.EndsWith(tarball, StringComparison.Ordinal)
            );
        }

        var said = await File.ReadAllLinesAsync(outputs, TestContext.Current.CancellationToken);
        Assert.Contains("Shop_image=docker.io/library/shop:latest", said);
        Assert.Contains("Desk_image=docker.io/library/desk:latest", said);
        Assert.Equal(2, said.Count(line => line.Contains("_digest=sha256:", StringComparison.Ordinal)));
        Assert.Equal(2, result.Lines.Count(line => line.Contains("-> Container image", StringComparison.Ordinal)));
        var summary = result
            .Lines.ToList()
            .FindIndex(line => line.EndsWith(" -> 2 container images of All.slnx", StringComparison.Ordinal));
        Assert.Equal(
            ["Container image docker.io/library/desk@sha256:", "Container image docker.io/library/shop@sha256:"],
            result
                .Lines.Skip(summary + 1)
                .Take(2)
                .Select(line => line[..(line.IndexOf("sha256:", StringComparison.Ordinal) + 7)])
        );
        Assert.DoesNotContain(
            result.Lines.Skip(summary + 3),
            line => line.Contains("ontainer image", StringComparison.Ordinal)
        );
        Assert.Equal(
            2,
            Directory
                .GetFiles(folder, "*.tar", SearchOption.AllDirectories)
                .Count(path => !path.Contains("/obj/", StringComparison.Ordinal))
        );
        Assert.DoesNotContain(result.Codes, code => code.Contains("CTZ", StringComparison.Ordinal));

        // Alone it is not left out in silence.
        var client = new WrittenProject(Path.Combine(folder, "Client"), "Client", await machine.Feed);
        Assert.Contains(
            "static files",
            (await client.ContainerizeAsync("--no-build")).FailedWith("CTZ0186"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Two_programs_with_one_image_name_are_an_error_that_names_both_and_nothing_is_written()
    {
        var (folder, shop) = await WriteAsync("acme/app", "acme/app");
        var outputs = Path.Combine(folder, "github-output");
        await File.WriteAllTextAsync(outputs, "", TestContext.Current.CancellationToken);
        var environment = shop.Settings.Environment.Add("GITHUB_ACTIONS", "true").Add("GITHUB_OUTPUT", outputs);
        var result = await (
            shop with
            {
                Settings = shop.Settings with { Environment = environment },
            }
        ).ContainerizeAsync();
        var message = result.FailedWith("CTZ0046");
        Assert.Contains("Shop.csproj", message, StringComparison.Ordinal);
        Assert.Contains("Desk.csproj", message, StringComparison.Ordinal);
        Assert.Contains("docker.io/acme/app:latest", message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder, "*.tar", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_project_with_several_frameworks_says_that_one_must_be_chosen()
    {
        var feed = await machine.Feed;
        var project = TestProject
            .Console("Several")
            .Containerized(feed)
            .WriteTo(machine.Folder.Create("several"), feed);
        var file = Path.Combine(project.Folder, "Several.csproj");
        await File.WriteAllTextAsync(
            file,
            (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Replace(
                "TargetFramework>",
                "TargetFrameworks>",
                StringComparison.Ordinal
            ),
            TestContext.Current.CancellationToken
        );
        Assert.Contains(
            "-f net10.0",
            (await project.ContainerizeAsync()).FailedWith("CTZ0044"),
            StringComparison.Ordinal
        );
        (await project.With("ContainerBaseImage", "scratch").ContainerizeAsync("-f", "net10.0")).Succeeded();
    }

    private async Task<(string Folder, WrittenProject Shop)> WriteAsync(
        string shop,
        string desk,
        bool severalFrameworks = false
    )
    {
        var feed = await machine.Feed;
        var folder = machine.Folder.Create("solution");
        var library = TestProject.Library("Common").Containerized(feed);
        var tests = TestProject.Console("Checks").WithProperty("IsTestProject", "true").Containerized(feed);
        // What the SDK of Blazor's apps for browsers says of itself.
        var client = TestProject
            .Console("Client")
            .WithProperty("UsingMicrosoftNETSdkBlazorWebAssembly", "true")
            .Containerized(feed);
        client.WriteTo(folder, feed);
        library.WriteTo(folder, feed);
        tests.WriteTo(folder, feed);
        // Two assemblies of one name have one name for their outputs in a pipeline, too; the image's name comes first.
        var other = TestProject.Console("Desk").WithProperty("AssemblyName", shop == desk ? "Shop" : "Desk");
        other
            .WithReference(library)
            .WithProperty("ContainerRepository", desk)
            .Containerized(feed)
            .WriteTo(folder, feed);
        var written = TestProject
            .Console("Shop")
            .WithReference(library)
            .WithProperty("ContainerRepository", shop)
            .Containerized(feed)
            .WriteTo(folder, feed);
        // With several frameworks a program has an outer build, too.
        foreach (var name in severalFrameworks ? new[] { "Shop", "Desk" } : [])
        {
            var file = Path.Combine(folder, name, name + ".csproj");
            await File.WriteAllTextAsync(
                file,
                (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Replace(
                    "TargetFramework>",
                    "TargetFrameworks>",
                    StringComparison.Ordinal
                ),
                TestContext.Current.CancellationToken
            );
        }

        var solution = Path.Combine(folder, "All.slnx");
        await File.WriteAllTextAsync(
            solution,
            $"""
            <Solution>
            {string.Concat(
                new[] { "Shop", "Desk", "Common", "Checks", "Client" }.Select(name =>
                    $"  <Project Path=\"{name}/{name}.csproj\" />\n"
                )
            )}</Solution>
            """,
            TestContext.Current.CancellationToken
        );
        return (
            folder,
            (written with { SolutionFile = solution }).With("ContainerBaseImage", (await machine.Bases).SmallReference)
        );
    }
}
