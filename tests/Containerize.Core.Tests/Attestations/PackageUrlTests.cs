using Containerize.Attestations;
using Containerize.Images;
using Containerize.Packages;

namespace Containerize.Core.Tests.Attestations;

/// <summary>Package URLs, by the examples of purl-spec.</summary>
public sealed class PackageUrlTests
{
    [Fact]
    public void A_NuGet_package_keeps_its_case_and_loses_the_metadata_of_its_version() =>
        Assert.Equal(
            "pkg:nuget/EnterpriseLibrary.Common@6.0.1304",
            PackageUrl.OfNuGet("EnterpriseLibrary.Common", "6.0.1304+abc")
        );

    [Fact]
    public void A_colon_stays_and_all_else_is_escaped() =>
        Assert.Equal(
            "pkg:deb/debian/a%2B%2B@1:2~3?arch=amd64&b=%2F%40",
            PackageUrl.Of("deb/debian", "a++", "1:2~3", ("b", "/@"), ("none", ""), ("arch", "amd64"))
        );

    [Fact]
    public void A_Debian_package_has_the_release_of_base_files_and_its_source_package()
    {
        var libc = Package("libc6", "2.36-9+deb12u13", "pool/main/g/glibc/libc6_2.36_amd64.deb");
        var files = Package("base-files", "12.4+deb12u12", "pool/main/b/base-files/base-files_12.4_amd64.deb");
        Assert.Equal(
            "pkg:deb/debian/libc6@2.36-9%2Bdeb12u13?arch=amd64&distro=debian-12&upstream=glibc",
            PackageUrl.OfDebian(libc, [files, libc])
        );
        Assert.Equal(
            "pkg:deb/debian/base-files@12.4%2Bdeb12u12?arch=amd64",
            PackageUrl.OfDebian(files, [files with { Name = "other" }])
        );
    }

    [Fact]
    public void A_package_of_the_security_updates_has_its_source_package() =>
        Assert.EndsWith(
            "&upstream=openssl",
            PackageUrl.OfDebian(
                Package("libssl3", "3.0.22", "pool/updates/main/o/openssl/libssl3_3.0.22_amd64.deb"),
                []
            ),
            StringComparison.Ordinal
        );

    private static InstalledPackage Package(string name, string version, string path) =>
        new(name, version, "amd64", Digest.Of("x"u8), 1, path);
}
