using System.Text;
using Containerize.Core.Tests.Packages;
using Containerize.Diagnostics;
using Containerize.Packages;
using Containerize.Packages.Formats;
using Containerize.Packages.Resolving;
using Containerize.Packages.Scripts;
using Containerize.Packages.Sources;
using Containerize.Packages.Systems;

namespace Containerize.Core.Tests.Fuzzing;

/// <summary>What package sources and images say of packages, changed.</summary>
public sealed class PackageFuzzTests
{
    private const string Stanza =
        "Package: a\nVersion: 1:2.3-4\nArchitecture: amd64\nDepends: b (>= 1.0), c | d:any [amd64]\nProvides: e (= 2)\n"
        + "Description: x\n folded\n .\nFilename: pool/a.deb\nSize: 12\nSHA256: "
        + "0000000000000000000000000000000000000000000000000000000000000000\n";

    private static readonly AptSource Source = AptSource.Create("https://mirror.example/d", "s", "main", null, "test")[
        0
    ];
    private static readonly Keyring Keys = Keyring.Read(TestKey.Trusted.Binary, "test");
    private static readonly string Release =
        "Suite: s\nCodename: s\nDate: Mon, 01 Jun 2026 00:00:00 UTC\nValid-Until: Sun, 01 Jun 2036 00:00:00 UTC\n"
        + "SHA256:\n "
        + new string('0', 64)
        + " 12 main/binary-amd64/Packages.xz\n";

    [Fact]
    public void Stanzas() =>
        Fuzz.Texts(
            301,
            6_000,
            [Stanza, Stanza + "\n# comment\n" + Stanza],
            text =>
            {
                foreach (var stanza in Deb822.Read(text, "test"))
                {
                    var written = Deb822.Read(stanza.ToString(), "test").SingleOrDefault();
                    Assert.Equal(stanza["Package"], written?["Package"]);
                }
            }
        );

    [Fact]
    public void Indexes() =>
        Fuzz.Texts(
            302,
            4_000,
            [Stanza + "\n" + Stanza.Replace("Package: a", "Package: b", StringComparison.Ordinal)],
            text =>
            {
                var index = PackageIndex.Read(Encoding.UTF8.GetBytes(text), "amd64", "test");
                foreach (var package in index.Names.SelectMany(index.Find))
                    _ = (package.Version, package.Depends, index.FirstMention(package.Name));
            }
        );

    [Fact]
    public void Dependencies_and_versions() =>
        Fuzz.Texts(
            303,
            6_000,
            ["a (>= 1:2.3~rc1-4+b1) | b:any [!arm64 amd64] <!nocheck>, c", "1:2.3~rc1-4+b1"],
            text =>
            {
                _ = Dependency.ParseList(text, "amd64");
                _ = DebianVersion.Parse(text).CompareTo(DebianVersion.Parse("1.0"));
            }
        );

    [Fact]
    public void Signed_releases() =>
        Fuzz.Texts(
            304,
            300,
            [Release],
            text =>
                _ = Containerize.Packages.Sources.Release.Read(
                    Encoding.UTF8.GetBytes(TestKey.Trusted.ClearSign(text + "\n")),
                    Keys,
                    Source,
                    TestRepository.Now
                )
        );

    [Fact]
    public void Signatures()
    {
        var signed = TestKey.Trusted.ClearSign(Release);
        Fuzz.Texts(
            305,
            1_500,
            [signed],
            text =>
            {
                _ = ClearSigned.Read(text);
                _ = Containerize.Packages.Sources.Release.Read(
                    Encoding.UTF8.GetBytes(text),
                    Keys,
                    Source,
                    TestRepository.Now
                );
            }
        );
    }

    [Fact]
    public void Keyrings() =>
        Fuzz.Bytes(
            306,
            1_500,
            [TestKey.Trusted.Binary, Encoding.ASCII.GetBytes(TestKey.Trusted.Armored)],
            bytes => Keyring.Read(bytes, "test")
        );

    [Fact]
    public void Sources_of_apt_in_lines() =>
        Fuzz.Texts(
            307,
            3_000,
            ["deb [signed-by=/k arch=amd64] https://mirror.example/d s main contrib\n# x\n"],
            text => _ = AptSourceFile.ReadLines(text, "test", "amd64").Count()
        );

    [Fact]
    public void Sources_of_apt_in_stanzas() =>
        Fuzz.Texts(
            310,
            3_000,
            ["Types: deb\nURIs: https://mirror.example/d\nSuites: s s-updates\nComponents: main\nSigned-By: /k\n"],
            text => _ = AptSourceFile.ReadStanzas(text, "test", "amd64").Count()
        );

    [Fact]
    public void Lock_files() =>
        Fuzz.Texts(
            308,
            3_000,
            [
                "{\"version\":1,\"platforms\":{\"linux/amd64\":{\"requested\":[\"a\"],\"packages\":[{\"name\":\"a\","
                    + "\"version\":\"1\",\"architecture\":\"amd64\",\"sha256\":\""
                    + new string('0', 64)
                    + "\",\"source\":\"x\",\"url\":\"https://mirror.example/a.deb\",\"size\":1}]}}}",
                "{\"version\":1,\"platforms\":{}}",
                "{\"version\":1,\"platforms\":{\"linux/arm64\":{\"base\":\"x\",\"requested\":[],\"packages\":[],"
                    + "\"nuget\":{\"A.b\":{\"version\":\"1.0\",\"changes\":1}}}}}",
            ],
            text => PackageLock.Parse(text, "test")
        );

    [Fact]
    public void Requests_scripts_and_names_of_systems() =>
        Fuzz.Texts(
            309,
            4_000,
            [
                "libc6=2.*:amd64",
                "#!/bin/sh\nset -e\nupdate-alternatives --install /usr/bin/a a /usr/bin/b 10\n",
                "ID=debian\nVERSION_ID=\"12\"\nNAME='x'\n",
            ],
            text =>
            {
                _ = MaintainerScript.Read(text);
                _ = Alternative.Parse(text);
                _ = OsRelease.Parse(text);
                try
                {
                    _ = PackageRequest.Parse(text);
                }
                catch (ContainerizeException) { }
            }
        );
}
