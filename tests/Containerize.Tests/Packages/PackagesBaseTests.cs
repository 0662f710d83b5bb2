using System.Security.Cryptography.X509Certificates;
using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;
using Containerize.Tests.Projects;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Containerize.Tests.Packages;

/// <summary>An image whose base is made of operating-system packages, run by Docker and read by dpkg.</summary>
public sealed class PackagesBaseTests(Machine machine, PackagesImage image) : IClassFixture<PackagesImage>
{
    [Fact]
    public async Task An_app_has_cultures_zones_its_own_authority_and_a_user_without_a_base_image()
    {
        await using var trusted = await ServeAsync(image.Authority);
        using var other = new TestAuthority();
        await using var stranger = await ServeAsync(other);
        var said = (
            await DockerAsync(image.Name, "probe", $"https://{trusted.Authority}", $"https://{stranger.Authority}")
        ).Split('\n');
        Assert.Equal(
            ["3 Şubat 2026 Salı", "03:00:00", "hello", "AuthenticationException", "1654 app /home/app", "writes"],
            said
        );
    }

    [Fact]
    public async Task A_program_that_was_asked_for_runs_and_trusts_the_authority_too()
    {
        await using var trusted = await ServeAsync(image.Authority);
        Assert.Contains(
            "libcurl/",
            await DockerAsync("--entrypoint", "curl", image.Name, "--version"),
            StringComparison.Ordinal
        );
        Assert.Equal(
            "hello",
            await DockerAsync(
                "--entrypoint",
                "curl",
                image.Name,
                "--silent",
                "--show-error",
                $"https://{trusted.Authority}"
            )
        );
    }

    [Fact]
    public void The_metadata_names_every_package_to_the_byte()
    {
        var packages = image.Metadata["packages"]!.AsArray();
        Assert.Equal(
            "amd64",
            (string)packages.Single(package => (string)package!["name"]! == "curl")!["architecture"]!
        );
        Assert.All(packages, package => Assert.Matches("^[0-9a-f]{64}$", (string)package!["sha256"]!));
        Assert.Equal(
            packages.Select(package => $"var/lib/dpkg/status.d/{package!["name"]}"),
            image
                .Layout.FilesOf("packages")
                .Where(path =>
                    path.StartsWith("var/lib/dpkg/status.d/", StringComparison.Ordinal)
                    && !path.EndsWith(".md5sums", StringComparison.Ordinal)
                )
        );
    }

    [Fact]
    public async Task Dpkg_lists_what_is_installed_and_finds_every_file_as_it_is_recorded()
    {
        var root = Path.Combine(machine.Folder.Create("root"), "root");
        await Shell.RunAsync("umoci", "raw", "unpack", "--image", $"{image.Layout.Folder}:latest", root);
        // dpkg has one file for all records, and a folder for the sums: what it reads is a copy.
        var (records, admin) = (Path.Combine(root, "var/lib/dpkg/status.d"), machine.Folder.Create("dpkg"));
        var info = Directory.CreateDirectory(Path.Combine(admin, "info")).FullName;
        Directory.CreateDirectory(Path.Combine(admin, "updates"));
        foreach (var record in Directory.GetFiles(records).Order(StringComparer.Ordinal))
        {
            if (record.EndsWith(".md5sums", StringComparison.Ordinal))
                File.Copy(record, Path.Combine(info, Path.GetFileName(record)));
            else
                await File.AppendAllTextAsync(
                    Path.Combine(admin, "status"),
                    await File.ReadAllTextAsync(record, TestContext.Current.CancellationToken) + "\n",
                    TestContext.Current.CancellationToken
                );
        }

        var listed = await Shell.RunAsync(
            "dpkg-query",
            "--admindir",
            admin,
            "--show",
            "--showformat",
            "${Package} ${Version} ${Architecture} ${db:Status-Status}\n"
        );
        Assert.Equal(
            image.Metadata["packages"]!
                .AsArray()
                .Select(package => $"{package!["name"]} {package["version"]} {package["architecture"]} installed"),
            listed.Lines.Order(StringComparer.Ordinal)
        );
        Assert.Contains(
            "ii  curl ",
            (await Shell.RunAsync("dpkg", $"--root={root}", $"--admindir={admin}", "-l")).Output,
            StringComparison.Ordinal
        );
        await AssertSumsAsync(root, info);
    }

    [Fact]
    public async Task A_framework_dependent_app_is_told_what_it_misses()
    {
        var project = TestProject
            .Console()
            .Containerized(await machine.Feed)
            .WriteTo(machine.Folder.Create("packages"), await machine.Feed)
            .With("ContainerBaseImage", "packages");
        Assert.Contains(
            "SelfContained",
            (await project.ContainerizeAsync()).FailedWith("CTZ0093"),
            StringComparison.Ordinal
        );
    }

    private static async Task AssertSumsAsync(string root, string info)
    {
        var all = Directory.GetFiles(info, "*.md5sums");
        Assert.Contains(Path.Combine(info, "libc6.md5sums"), all);
        foreach (var sums in all)
            (
                await new ShellCommand("md5sum", ["--check", "--quiet", "--strict", sums])
                {
                    WorkingFolder = root,
                }.RunAsync()
            ).Expect(0);
    }

    private async Task<TestServer> ServeAsync(TestAuthority authority)
    {
        var (certificate, key) = authority.WriteCertificate(machine.Folder.Create("server"));
        var identity = X509Certificate2.CreateFromPemFile(certificate, key);
        return await TestServer.StartAsync(
            context => context.Response.WriteAsync("hello"),
            listen => listen.UseHttps(identity)
        );
    }

    private async Task<string> DockerAsync(params IEnumerable<string> arguments) =>
        (await (await machine.Docker).DockerAsync(["run", "--rm", "--network", "host", .. arguments])).Text;
}
