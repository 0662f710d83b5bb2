using System.Text;
using Containerize.Attestations;
using Containerize.Core.Tests.Stores;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Inspection.Report.Contents;
using Containerize.Packages.Sources;
using Containerize.Publishing.Files;

namespace Containerize.Core.Tests.Fuzzing;

/// <summary>What images and projects say of the packages in them, and of the files of a site, changed.</summary>
public sealed class RecordFuzzTests : IDisposable
{
    private const string Assets = """
        {"version":3,"targets":{"net10.0":{"A/1.0.0":{"type":"package","runtime":{"lib/a.dll":{}}}},
        "net10.0/linux-x64":{"A/1.0.0":{"type":"package"},"B/2":{"type":"project"}}},
        "libraries":{"A/1.0.0":{"sha512":"AAAA","type":"package","path":"a/1.0.0","files":["a.nuspec"]},
        "B/2":{"type":"project","path":"../B"}},
        "packageFolders":{"/none/":{}},"project":{"frameworks":{"net10.0":{"dependencies":{"A":{"target":"Package"}}}}}}
        """;

    private const string DepsJson = """
        {"runtimeTarget":{"name":".NETCoreApp,Version=v10.0/linux-x64"},
        "targets":{".NETCoreApp,Version=v10.0/linux-x64":{
        "A/1.0.0":{"runtime":{"lib/net10.0/a.dll":{}},"native":{"x.so":{}},
        "resources":{"de/a.resources.dll":{"locale":"de"}}}}},
        "libraries":{"A/1.0.0":{"type":"package","path":"a/1.0.0"}}}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lists_of_the_packages_of_a_project()
    {
        var path = _folder["project.assets.json"];
        Fuzz.Texts(
            601,
            3_000,
            [Assets],
            text =>
            {
                File.WriteAllBytes(path, Encoding.UTF8.GetBytes(text));
                _ = AssetsFile.Read(path, "net10.0", "linux-x64");
            }
        );
    }

    [Fact]
    public void Lists_of_the_packages_of_an_app() =>
        Fuzz.Texts(
            602,
            4_000,
            [DepsJson],
            text =>
                _ = DepsJsonFiles.Of(ContainerPath.Parse("/app/a.deps.json"), Decoded(text), ImageFiles.Empty).Count()
        );

    [Fact]
    public void Records_of_Alpine() =>
        Fuzz.Texts(
            603,
            4_000,
            ["P:musl\nV:1.2.5-r0\nF:lib\nR:ld-musl-x86_64.so.1\nF:usr/lib\nR:x\n\nP:b\nV:1\nR:../../y\n"],
            text => _ = AlpineFiles.Of(text).Count()
        );

    [Fact]
    public void Lists_of_the_files_of_a_site()
    {
        const string Manifest =
            """{"Version":1,"Endpoints":[{"Route":"a.js","AssetFile":"a.js","ResponseHeaders":["""
            + """{"Name":"Last-Modified","Value":"x"},{"Name":"ETag","Value":"y"}]}]}""";
        Fuzz.Texts(
            604,
            3_000,
            [Manifest],
            text =>
                _ = StaticAssetEndpoints.WithTimes(
                    FileContent.FromBytes(Encoding.UTF8.GetBytes(text), "test"),
                    _ => DateTimeOffset.UnixEpoch
                )
        );
    }

    [Fact]
    public void Addresses_of_mirrors() =>
        Fuzz.Texts(
            605,
            4_000,
            ["https://deb.example.test/debian/", "http://mirror.example.test:3142/x", "file:///a/b"],
            text => _ = PackageMirror.Parse("https://deb.example.test/debian/", text)
        );

    // The text of a file never has half a character.
    private static string Decoded(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
