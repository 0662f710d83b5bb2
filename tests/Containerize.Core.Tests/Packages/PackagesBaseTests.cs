using System.Collections.Immutable;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Packages;

namespace Containerize.Core.Tests.Packages;

/// <summary>The base that is made of packages alone, of small packages that a test makes.</summary>
public sealed class PackagesBaseTests
{
    // A self-signed certificate; only its subject counts.
    private const string Certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBdjCCAR2gAwIBAgIUfMeQrH9zS6k1VMQsFprpxp9fPnUwCgYIKoZIzj0EAwIw
        ETEPMA0GA1UEAwwGbm9ib2R5MB4XDTI2MTEyNDIzMzEyM1oXDTI2MTEyNTIzMzEy
        M1owETEPMA0GA1UEAwwGbm9ib2R5MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
        1l9wZJaNUJcrUl9QlxQocKpB3x7JVP7POk1BdvqpdYidu3Tc9xrktw4J9dFV2keB
        uMWpaWUzJLMRdwroWvgxU6NTMFEwHQYDVR0OBBYEFIzFFdFSsu5xrUY3QLqzfHij
        MpQuMB8GA1UdIwQYMBaAFIzFFdFSsu5xrUY3QLqzfHijMpQuMA8GA1UdEwEB/wQF
        MAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgLS89njCvCGKvQHpqauGRKqZ+h/IreBav
        va9NMkHEOO8CIEW2RT329gAprFCCFSBoBGfRYkDcLlsUfRPvUFMxPG3p
        -----END CERTIFICATE-----

        """;

    [Fact]
    public void Only_an_app_of_ASP_NET_Core_is_told_to_listen_on_a_port()
    {
        Assert.Equal(
            ["ASPNETCORE_HTTP_PORTS"],
            PackagesBase
                .EnvironmentOf(isAspNetCore: true)
                .Except(PackagesBase.EnvironmentOf(isAspNetCore: false))
                .Select(pair => pair.Key)
        );
        Assert.Contains(PackagesBase.EnvironmentOf(isAspNetCore: false), pair => pair.Key == "APP_UID");
    }

    [Theory]
    [InlineData("amd64", "sha256:6c13ef6cb628f70fbeddbe3898022b3b65c4e1d4ee0784c0b4508d70c91ba04c")]
    [InlineData("arm64", "sha256:4f2dcac0d73f3b304fd9f1cfc9751f4fb46a794deb96df4518d73f8135a638ab")]
    public async Task Each_processor_has_its_own_golden_digest(string architecture, string diffId)
    {
        using var repository = Repository(architecture);
        using var installation = await repository.InstallAsync(
            repository.Settings() with
            {
                Base = new PackagesBase { FrameworkMajor = 10 },
            },
            Image.Scratch(new Platform("linux", architecture))
        );
        Assert.Equal(
            diffId,
            new LayerWriter(repository.Work, LayerEncoding.Default)
                .Write(installation.Layer, TestContext.Current.CancellationToken)
                .DiffId.ToString()
        );
    }

    [Theory]
    [InlineData(10, false, false, "base-files ca-certificates libc6 libgcc-s1 libicu72 libssl3 libstdc++6 tzdata")]
    [InlineData(10, false, true, "base-files ca-certificates libc6 libgcc-s1 libssl3 libstdc++6 tzdata")]
    [InlineData(10, true, true, "base-files ca-certificates libc6 libssl3 tzdata")]
    [InlineData(8, true, false, "base-files ca-certificates libc6 libicu72 libssl3 tzdata zlib1g")]
    public async Task What_is_in_it_follows_from_how_the_project_is_published(
        int framework,
        bool isNative,
        bool isInvariant,
        string expected
    )
    {
        using var repository = Repository("amd64");
        using var installation = await repository.InstallAsync(
            repository.Settings() with
            {
                Base = new PackagesBase
                {
                    FrameworkMajor = framework,
                    IsNativeAot = isNative,
                    UsesInvariantGlobalization = isInvariant,
                },
            },
            Image.Scratch(new Platform("linux", "amd64"))
        );
        Assert.Equal(expected, string.Join(' ', installation.Packages.Select(package => package.Name)));
    }

    [Theory]
    [InlineData(true, true, "libc.so.6 libm.so.6", "base-files ca-certificates libc6 tzdata", "-openssl")]
    [InlineData(true, true, "libc.so.6 libssl.so", "base-files ca-certificates libc6 libssl3 tzdata", "")]
    [InlineData(
        true,
        false,
        "libc.so.6 libcrypto.so.3 libstdc++.so.6 libz.so.1",
        "base-files ca-certificates libc6 libgcc-s1 libicu72 libssl3 libstdc++6 tzdata zlib1g",
        "+libstdc+++libgcc+zlib"
    )]
    [InlineData(
        false,
        true,
        "libc.so.6 libgcc_s.so.1 libstdc++.so.6",
        "base-files ca-certificates libc6 libgcc-s1 libstdc++6 tzdata",
        "-openssl"
    )]
    [InlineData(
        false,
        true,
        "libc.so.6 libssl.so",
        "base-files ca-certificates libc6 libssl3 tzdata",
        "-libstdc++-libgcc"
    )]
    public async Task An_app_that_loads_nothing_later_gets_what_its_files_are_linked_with(
        bool isNative,
        bool isInvariant,
        string libraries,
        string expected,
        string words
    )
    {
        var needs = PackagesBase.From("v10.0", isNative, isTrimmed: true, isInvariant) with
        {
            Libraries = ImmutableSortedSet.Create(StringComparer.Ordinal, libraries.Split(' ')),
            LoadsNoOthers = true,
        };
        using var repository = Repository("amd64");
        using var installation = await repository.InstallAsync(
            repository.Settings() with
            {
                Base = needs,
            },
            Image.Scratch(new Platform("linux", "amd64"))
        );
        Assert.Equal(expected, string.Join(' ', installation.Packages.Select(package => package.Name)));
        Assert.Equal(
            $"base=net10{(isNative ? "+aot" : "")}{(isInvariant ? "+invariant" : "")}{words}",
            needs.ToString()
        );
    }

    [Theory]
    [InlineData("", "", "lib/x86/libm.so.6")]
    [InlineData("libmvec.so.1", "", "lib/x86/libm.so.6 lib/x86/libmvec.so.1")]
    [InlineData("", "tool", "lib/x86/libm.so.6 lib/x86/libmvec.so.1 share/zoneinfo/right/UTC")]
    public async Task Files_that_no_app_reads_are_left_out_unless_something_may_read_them(
        string linked,
        string other,
        string expected
    )
    {
        using var repository = Repository(
            "amd64",
            Deb("tool", "amd64"),
            new TestDeb("libc6", "2") { Architecture = "amd64" }
                .File("./lib/x86/libm.so.6", "m")
                .File("./lib/x86/libmvec.so.1", "v")
                .File("./usr/share/zoneinfo/right/UTC", "z")
        );
        using var installation = await repository.InstallAsync(
            repository.Settings() with
            {
                Requests = [.. other.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
                Base = new PackagesBase
                {
                    FrameworkMajor = 10,
                    Libraries = [.. "libstdc++.so.6 libssl.so".Split(' '), linked],
                },
            },
            Image.Scratch(new Platform("linux", "amd64"))
        );
        Assert.Equal(
            expected,
            string.Join(
                ' ',
                installation
                    .Layer.Entries.Where(entry => entry.Kind == EntryKind.File)
                    .Select(entry => entry.Path.Text)
                    .Where(path =>
                        path.Contains("/x86/", StringComparison.Ordinal)
                        || path.Contains("/right/", StringComparison.Ordinal)
                    )
                    .Select(path => path["/usr/".Length..])
            )
        );
    }

    private static TestRepository Repository(string architecture, params ReadOnlySpan<TestDeb> others) =>
        new TestRepository { Architecture = architecture }
            .With(others)
            .With(
                Deb("base-files", architecture)
                    .Folder("./bin/")
                    .Folder("./etc/")
                    .File("./etc/os-release", "ID=debian\n")
                    .Folder("./usr/")
                    .Folder("./usr/bin/")
                    .Folder("./tmp/", (UnixFileMode)0b001_111_111_111),
                Deb("libc6", architecture)
                    .Folder("./lib/")
                    .Folder("./lib64/")
                    .File("./lib64/ld.so", $"loader of {architecture}", (UnixFileMode)0b111_101_101)
                    .File("./lib/libc.so.6", architecture),
                Deb("ca-certificates", architecture)
                    .Folder("./usr/")
                    .Folder("./usr/share/")
                    .Folder("./usr/share/ca-certificates/")
                    .File("./usr/share/ca-certificates/one.crt", Certificate),
                Deb("libssl1.1", architecture),
                Deb("libssl3", architecture).File("./usr/lib/libssl.so.3", architecture),
                Deb("libicu71", architecture),
                Deb("libicu72", architecture).File("./usr/lib/libicuuc.so.72", architecture),
                Deb("libgcc-s1", architecture).File("./lib/libgcc_s.so.1", architecture),
                Deb("libstdc++6", architecture).File("./usr/lib/libstdc++.so.6", architecture),
                Deb("zlib1g", architecture),
                Deb("tzdata", architecture)
                    .Folder("./usr/")
                    .Folder("./usr/share/")
                    .Folder("./usr/share/zoneinfo/")
                    .Folder("./usr/share/zoneinfo/Etc/")
                    .File("./usr/share/zoneinfo/Etc/UTC", "TZif")
            )
            .Publish();

    private static TestDeb Deb(string name, string architecture) => new(name, "1") { Architecture = architecture };
}
