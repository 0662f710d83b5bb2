using Containerize.Images;
using Containerize.Publishing.Files;
using Containerize.Publishing.Layering;
using Containerize.Publishing.Settings;

namespace Containerize.Core.Tests.Publishing.Files;

/// <summary>Files that packages bring: by the folder they lie in, and by the platform that they are for.</summary>
public sealed class PackageFoldersTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("containerize-foreign-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("/nuget/librdkafka.redist/2.16.0/runtimes/linux-x64/native/librdkafka.so", "librdkafka.redist 2.16.0")]
    [InlineData("/fallback/Serilog/4.3.0/lib/net9.0/Serilog.dll", "Serilog 4.3.0")]
    [InlineData("/nuget/readme.txt", null)]
    [InlineData("/nuget/serilog/x.dll", null)]
    [InlineData("/nuget/../src/a/b/c.dll", null)]
    [InlineData("/nuget2/serilog/4.3.0/lib/Serilog.dll", null)]
    [InlineData("/src/app/bin/Serilog.dll", null)]
    public void A_file_in_NuGets_folder_is_of_the_package_that_the_folders_name(string file, string? package)
    {
        var found = PackageFolders.Of(["/nuget/", "/nuget", "", "/fallback"]).Find(file);
        Assert.Equal(package, found is null ? null : $"{found.Id} {found.Version}");
    }

    [Theory]
    [InlineData("linux", "amd64", "linux-arm64 osx win-x64 win10-x86")]
    [InlineData("linux", "arm64", "debian.12-x64 linux-musl-x64 linux-x64 osx win-x64 win10-x86")]
    [InlineData("windows", "amd64", "debian.12-x64 linux linux-arm64 linux-musl-x64 linux-x64 osx unix win10-x86")]
    public void Libraries_of_other_platforms_are_found_by_their_folders(string os, string architecture, string expected)
    {
        string[] all =
        [
            "win-x64",
            "win10-x86",
            "osx",
            "linux",
            "linux-x64",
            "linux-musl-x64",
            "linux-arm64",
            "unix",
            "any",
            "debian.12-x64",
        ];
        foreach (var rid in all)
        {
            Directory.CreateDirectory(Path.Combine(_folder, "runtimes", rid, "native"));
            File.WriteAllText(Path.Combine(_folder, "runtimes", rid, "native/lib.so"), "1234");
        }

        File.WriteAllText(Path.Combine(_folder, "app.dll"), "much more than four");
        var settings = new ContainerSettings();
        var plan = LayerPlan.Create(PublishFolder.List(_folder), [], settings);
        var found = ForeignLibraries.Of(plan, settings.WorkingDirectory, new Platform(os, architecture));
        Assert.Equal(expected, string.Join(' ', found.Platforms));
        Assert.Equal(4 * found.Platforms.Length, found.Size);
    }
}
