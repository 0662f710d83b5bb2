using static Containerize.Core.Tests.FileSystems.TestTar;

namespace Containerize.Core.Tests.Inspection.Report;

/// <summary>The packages of a report, by the records of their managers.</summary>
public sealed class ImageReportPackageTests
{
    private const string DepsJson = """
        {"runtimeTarget":{"name":".NETCoreApp,Version=v10.0/linux-x64"},
         "targets":{".NETCoreApp,Version=v10.0/linux-x64":{
           "shop/1.0.0":{"runtime":{"shop.dll":{}}},
           "Serilog/4.2.0":{"runtime":{"lib/net9.0/Serilog.dll":{}},
             "resources":{"lib/net9.0/de/Serilog.resources.dll":{"locale":"de"}}},
           "Native/1.0.0":{"native":{"runtimes/linux-x64/native/libn.so":{}},
             "runtimeTargets":{"runtimes/win/lib/w.dll":{"rid":"win"}}},
           "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/10.0.1":{"runtime":{"System.Runtime.dll":{}}}}},
         "libraries":{"shop/1.0.0":{"type":"project"},"Serilog/4.2.0":{"type":"package"},
           "Native/1.0.0":{"type":"package"},
           "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/10.0.1":{"type":"runtimepack"}}}
        """;

    [Fact]
    public async Task Files_of_NuGet_packages_and_the_runtime_are_told_by_deps_json()
    {
        var report = await ReportTest.ReportAsync(
            ReportTest.Of([
                File("app/shop.deps.json", DepsJson),
                File("app/shop.dll", "s"),
                File("app/Serilog.dll", "12"),
                File("app/de/Serilog.resources.dll", "1"),
                File("app/libn.so", "1"),
                File("app/runtimes/win/lib/w.dll", "1"),
                File("app/System.Runtime.dll", "1"),
            ])
        );
        Assert.Equal(
            [
                ("NuGet", "Native 1.0.0", 2),
                ("NuGet", "Serilog 4.2.0", 2),
                ("Runtime", "Microsoft.NETCore.App.Runtime.linux-x64 10.0.1", 1),
            ],
            report.Packages.Select(package =>
                (package.Package.Kind.ToString(), package.Package.ToString(), package.Files)
            )
        );
        Assert.Null(report.Files().Single(file => file.Path == "/app/shop.dll").Package);
        Assert.Equal(3, report.Packages.Single(package => package.Package.Name == "Serilog").Size);
    }

    [Fact]
    public async Task Files_of_Debian_Alpine_and_shared_frameworks_are_told_too()
    {
        const string Status =
            "Package: dash\nStatus: install ok installed\nVersion: 0.5.12\nArchitecture: amd64\n\n"
            + "Package: gone\nStatus: deinstall ok config-files\nVersion: 1\nArchitecture: amd64\n";
        var report = await ReportTest.ReportAsync(
            ReportTest.Of([
                Folder("usr"),
                Folder("usr/bin"),
                Link("bin", "usr/bin"),
                File("usr/bin/dash", "1"),
                File("usr/bin/tz", "1"),
                File("var/lib/dpkg/status", Status),
                File("var/lib/dpkg/info/dash.list", "/.\n/bin\n/bin/dash\n"),
                File("var/lib/dpkg/status.d/tzdata", "Package: tzdata\nVersion: 2026a\nArchitecture: all\n"),
                File("var/lib/dpkg/status.d/tzdata.md5sums", "0123  usr/bin/tz\n"),
                File("lib/apk/db/installed", "P:musl\nV:1.2.5-r0\nF:lib\nR:ld-musl.so\n\nP:x\nV:1\n"),
                File("lib/ld-musl.so", "1"),
                File("usr/share/dotnet/shared/Microsoft.NETCore.App/10.0.1/System.dll", "1"),
            ])
        );
        Assert.Equal(
            [
                ("Runtime", "Microsoft.NETCore.App 10.0.1", 1),
                ("Debian", "dash 0.5.12", 1),
                ("Debian", "tzdata 2026a", 1),
                ("Alpine", "musl 1.2.5-r0", 1),
                ("Alpine", "x 1", 0),
            ],
            report.Packages.Select(package =>
                (package.Package.Kind.ToString(), package.Package.ToString(), package.Files)
            )
        );
    }

    [Theory]
    [InlineData("app/x.deps.json", "{")]
    [InlineData(
        "app/x.deps.json",
        "{\"libraries\":[],\"runtimeTarget\":{\"name\":\"t\"},\"targets\":{\"t\":{\"a/1\":3}}}"
    )]
    [InlineData(
        "app/x.deps.json",
        "{\"libraries\":{\"a/1\":{\"type\":\"package\"}},\"runtimeTarget\":{\"name\":\"t\"},"
            + "\"targets\":{\"t\":{\"a/1\":{\"runtimeTargets\":{\"../../x\":{}}}}}}"
    )]
    [InlineData("var/lib/dpkg/status", "no status file")]
    [InlineData("var/lib/dpkg/info/x.list", "/../..")]
    [InlineData("lib/apk/db/installed", "P:\nV\nR:../x\nP:a\nV:1\nR:../x")]
    public async Task Records_that_cannot_be_read_are_no_error(string path, string text) =>
        Assert.All(
            (await ReportTest.ReportAsync(ReportTest.Of([File(path, text)]))).Packages,
            package => Assert.Equal(0, package.Files)
        );
}
