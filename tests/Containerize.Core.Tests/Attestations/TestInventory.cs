using System.Collections.Immutable;
using Containerize.Attestations;
using Containerize.Images;

namespace Containerize.Core.Tests.Attestations;

/// <summary>A small inventory with one component of each kind.</summary>
internal static class TestInventory
{
    private static readonly string Hex = string.Concat(Enumerable.Repeat("0123456789abcdef", 4));

    public static Inventory Create() =>
        new(
            new ImageSubject(
                "team/app",
                Digest.Parse("sha256:" + Hex),
                Digest.Parse("sha256:" + Hex.Replace('0', 'f')),
                new Platform("linux", "amd64"),
                DateTimeOffset.UnixEpoch
            ),
            [
                new Component("app:App", ComponentKind.Application, "App", "1.2.3")
                {
                    Layer = "app",
                    Files = [new("/app/App.dll", "app", Hex[..40], Hex)],
                    Dependencies = ["pkg:nuget/Odd%2BName@1.0.0", "project:Lib"],
                },
                new Component("project:Lib", ComponentKind.Project, "Lib", "2.1.0")
                {
                    Layer = "app",
                    Files = [new("/app/Lib.dll", "app", Hex[..40], Hex)],
                    Dependencies = ["pkg:nuget/Serilog@4.3.0"],
                },
                new Component("pkg:nuget/Odd%2BName@1.0.0", ComponentKind.Package, "Odd+Name", "1.0.0")
                {
                    PackageUrl = "pkg:nuget/Odd%2BName@1.0.0",
                    License = new PackageLicense("LicenseRef-Odd-Name-1.0.0", "Do as you like.\n"),
                    Layer = "app",
                    IsEmbedded = true,
                    Remarks = ["licence allowed: our own"],
                },
                new Component("pkg:nuget/Serilog@4.3.0", ComponentKind.Package, "Serilog", "4.3.0")
                {
                    PackageUrl = "pkg:nuget/Serilog@4.3.0",
                    License = new PackageLicense("Apache-2.0"),
                    Supplier = "Serilog Contributors",
                    Copyright = "© Serilog Contributors",
                    Hash = new ComponentHash("SHA512", Hex + Hex),
                    Layer = "dependencies",
                    Files = [new("/app/Serilog.dll", "dependencies", Hex[..40], Hex)],
                },
                new Component(
                    "pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@10.0.1",
                    ComponentKind.Framework,
                    "Microsoft.NETCore.App",
                    "10.0.1"
                )
                {
                    PackageUrl = "pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@10.0.1",
                    Cpe = "cpe:2.3:a:microsoft:.net:10.0.1:*:*:*:*:*:*:*",
                    License = new PackageLicense(null, null, "https://example.com/license"),
                },
                new Component("os:debian", ComponentKind.OperatingSystem, "debian", "12")
                {
                    Layer = "packages",
                    Dependencies = ["pkg:deb/debian/libc6@2.36-9%2Bdeb12u13?arch=amd64"],
                },
                new Component(
                    "pkg:deb/debian/libc6@2.36-9%2Bdeb12u13?arch=amd64",
                    ComponentKind.SystemPackage,
                    "libc6",
                    "2.36-9+deb12u13"
                )
                {
                    PackageUrl = "pkg:deb/debian/libc6@2.36-9%2Bdeb12u13?arch=amd64",
                    Hash = new ComponentHash("SHA256", Hex),
                    Layer = "packages",
                },
                new Component("base", ComponentKind.BaseImage, "registry.example/base", "10.0")
                {
                    PackageUrl =
                        $"pkg:oci/base@sha256:{Hex}?arch=amd64&repository_url=registry.example%2Fbase&tag=10.0",
                    Hash = new ComponentHash("SHA256", Hex),
                },
            ]
        )
        {
            Layers = new Dictionary<string, Digest>
            {
                ["app"] = Digest.Parse("sha256:" + Hex),
                ["packages"] = Digest.Parse("sha256:" + Hex),
            }.ToImmutableSortedDictionary(StringComparer.Ordinal),
        };

    public static BuildParameters Parameters =>
        new(
            new Dictionary<string, string>
            {
                ["project"] = "App.csproj",
                ["configuration"] = "Release",
            }.ToImmutableSortedDictionary(StringComparer.Ordinal),
            new Dictionary<string, string> { ["sdkVersion"] = "10.0.401" }.ToImmutableSortedDictionary(
                StringComparer.Ordinal
            )
        );
}
