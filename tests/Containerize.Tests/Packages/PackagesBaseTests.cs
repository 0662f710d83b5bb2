using Containerize.Tests.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Packages;

/// <summary>Images whose base is made of operating-system packages, run by Docker.</summary>
public sealed class PackagesBaseTests(Machine machine)
{
    private const string Probe = """
        using System.Globalization;
        Console.WriteLine(new DateTime(2026, 2, 3).ToString("d MMMM yyyy dddd", CultureInfo.GetCultureInfo("tr-TR")));
        Console.WriteLine(TimeZoneInfo.FindSystemTimeZoneById("Europe/Istanbul").BaseUtcOffset);
        using var store = new System.Security.Cryptography.X509Certificates.X509Store(
            System.Security.Cryptography.X509Certificates.StoreName.Root, System.Security.Cryptography.X509Certificates.StoreLocation.LocalMachine);
        store.Open(System.Security.Cryptography.X509Certificates.OpenFlags.ReadOnly);
        Console.WriteLine(store.Certificates.Count > 100 ? "trusts" : "does not trust");
        Console.WriteLine(Environment.UserName + " " + Environment.GetEnvironmentVariable("HOME"));
        Console.WriteLine(Path.GetTempFileName().StartsWith("/tmp/") ? "writes" : "does not write");
        if (args.Length > 0)
            System.Diagnostics.Process.Start(args[0], args[1..]).WaitForExit();

        """;

    [Fact]
    public async Task A_self_contained_app_has_culture_zones_certificates_and_a_user_without_a_base_image()
    {
        var (layout, tarball) = await PublishAsync(Project());
        var packages = layout.OwnLayers()[0];
        Assert.Equal("packages", packages.Name);
        Assert.InRange(new FileInfo(tarball).Length, 1, long.MaxValue);
        Assert.Equal(["3 Şubat 2026 Salı", "03:00:00", "trusts", "app /home/app", "writes"], (await RunAsync(tarball)).Split('\n'));
    }

    [Fact]
    public async Task A_program_that_was_asked_for_runs()
    {
        var (_, tarball) = await PublishAsync(Project().WithItem("ContainerPackage", "curl"));
        Assert.Contains("libcurl/", await RunAsync(tarball, "/usr/bin/curl", "--version"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_records_are_those_that_dpkg_reads()
    {
        var (layout, _) = await PublishAsync(Project().WithItem("ContainerPackage", "curl"));
        var records = layout.FilesOf("packages").Where(path => path.StartsWith("var/lib/dpkg/status.d/", StringComparison.Ordinal) && !path.EndsWith(".md5sums", StringComparison.Ordinal)).ToList();
        Assert.Contains("var/lib/dpkg/status.d/libc6", records);
        Assert.Contains("var/lib/dpkg/status.d/curl", records);
    }

    [Fact]
    public async Task A_framework_dependent_app_is_told_what_it_misses()
    {
        var project = TestProject.Console().Containerized(await machine.Feed).WriteTo(machine.Folder.Create("packages"), await machine.Feed)
            .With("ContainerBaseImage", "packages");
        Assert.Contains("SelfContained", (await project.ContainerizeAsync()).FailedWith("CTZ0093"), StringComparison.Ordinal);
    }

    private static TestProject Project() => TestProject.Console("Probe").WithFile("Program.cs", Probe)
        .WithProperty("RuntimeIdentifier", "linux-x64").WithProperty("SelfContained", "true").WithProperty("ContainerBaseImage", "packages");

    private async Task<(OciLayout Layout, string Tarball)> PublishAsync(TestProject project)
    {
        var folder = machine.Folder.Create("packages");
        var (layout, tarball) = (new OciLayout(Path.Combine(folder, "layout")), Path.Combine(folder, "image.tar"));
        var written = project.Containerized(await machine.Feed).WriteTo(folder, await machine.Feed)
            .With("ContainerRepository", "packages-" + Path.GetFileName(folder))
            .With("ContainerOciLayoutPath", layout.Folder).With("ContainerArchiveOutputPath", tarball);
        (await written.ContainerizeAsync()).Succeeded();
        ImageValidator.AssertValid(layout.Folder);
        return (layout, tarball);
    }

    private async Task<string> RunAsync(string tarball, params string[] arguments)
    {
        const string said = "Loaded image: ";
        var docker = await machine.Docker;
        var name = (await docker.LoadAsync(tarball)).Split('\n').Single(line => line.StartsWith(said, StringComparison.Ordinal))[said.Length..];
        return (await docker.DockerAsync(["run", "--rm", "--network", "none", name, .. arguments])).Text;
    }
}
