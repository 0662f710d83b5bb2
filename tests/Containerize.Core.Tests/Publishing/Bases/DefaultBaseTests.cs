using Containerize.Diagnostics;
using Containerize.Publishing.Bases;

namespace Containerize.Core.Tests.Publishing.Bases;

/// <summary>The SDK's own truth tables.</summary>
public sealed class DefaultBaseTests
{
    [Theory]
    [InlineData("7.0.100", "v7.0", "7.0")]
    [InlineData("7.0.100-preview.7", "v7.0", "7.0")]
    [InlineData("7.0.100-rc.1", "v7.0", "7.0")]
    [InlineData("8.0.100", "v8.0", "8.0")]
    [InlineData("8.0.100", "v7.0", "7.0")]
    [InlineData("8.0.100-preview.7", "v8.0", "8.0.0-preview.7")]
    [InlineData("8.0.100-rc.1", "v8.0", "8.0.0-rc.1")]
    [InlineData("8.0.100-rc.1", "v7.0", "7.0")]
    [InlineData("8.0.200", "v8.0", "8.0")]
    [InlineData("8.0.200", "v7.0", "7.0")]
    [InlineData("8.0.200-preview3", "v7.0", "7.0")]
    [InlineData("8.0.200-preview3", "v8.0", "8.0")]
    [InlineData("6.0.100", "v6.0", "6.0")]
    [InlineData("6.0.100-preview.1", "v6.0", "6.0")]
    [InlineData("8.0.100-dev", "v8.0", "8.0-preview")]
    [InlineData("8.0.100-ci", "v8.0", "8.0-preview")]
    [InlineData("8.0.100-rtm.23502.3", "v8.0", "8.0")]
    [InlineData("8.0.100-servicing.23502.3", "v8.0", "8.0")]
    [InlineData("8.0.100-alpha.12345", "v8.0", "8.0-preview")]
    [InlineData("9.0.100-alpha.12345", "v9.0", "9.0-preview")]
    [InlineData("10.0.401", "10.0", "10.0")]
    public void The_tag_follows_from_the_versions_of_sdk_and_framework(string sdk, string framework, string tag) =>
        Assert.Equal($"mcr.microsoft.com/dotnet/runtime:{tag}", Base(sdk, framework).Reference());

    [Theory]
    [InlineData("8.0.100", "v7.0", "", "7.0")]
    [InlineData("8.0.100-preview.2", "v8.0", "", "8.0.0-preview.2")]
    [InlineData("8.0.100-preview.2", "v8.0", "jammy", "8.0.0-preview.2-jammy")]
    [InlineData("8.0.100-preview.2", "v8.0", "jammy-chiseled", "8.0.0-preview.2-jammy-chiseled")]
    [InlineData("8.0.100-rc.2", "v8.0", "jammy-chiseled", "8.0.0-rc.2-jammy-chiseled")]
    [InlineData("8.0.100", "v8.0", "jammy-chiseled", "8.0-jammy-chiseled-extra")]
    [InlineData("8.0.200", "v8.0", "jammy-chiseled", "8.0-jammy-chiseled-extra")]
    [InlineData("8.0.300", "v8.0", "noble-chiseled", "8.0-noble-chiseled-extra")]
    [InlineData("8.0.300", "v8.0", "jammy-chiseled", "8.0-jammy-chiseled-extra")]
    [InlineData("9.0.100", "v9.0", "noble-chiseled", "9.0-noble-chiseled-extra")]
    [InlineData("10.0.100", "v10.0", "noble-chiseled", "10.0-noble-chiseled-extra")]
    [InlineData("10.0.401", "v10.0", "alpine", "10.0-alpine")]
    [InlineData("10.0.401", "v8.0", "azurelinux", "8.0-azurelinux3.0")]
    [InlineData("11.0.100", "v10.0", "azurelinux-distroless", "10.0-azurelinux3.0-distroless")]
    [InlineData("11.0.100", "v11.0", "azurelinux-distroless-extra", "11.0-azurelinux4.0-distroless-extra")]
    [InlineData("11.0.100", "v11.0", "azurelinux4.0", "11.0-azurelinux4.0")]
    [InlineData("11.0.100", "v11.0", "alpine3.24", "11.0-alpine3.24")]
    [InlineData("11.0.100", "v11.0", "resolute-chiseled", "11.0-resolute-chiseled-extra")]
    public void A_family_is_appended(string sdk, string framework, string family, string tag)
    {
        Assert.Equal(
            $"mcr.microsoft.com/dotnet/runtime:{tag}",
            (Base(sdk, framework) with { Family = family }).Reference()
        );
        Assert.Equal(
            $"mcr.microsoft.com/dotnet/aspnet:{tag}",
            (Base(sdk, framework) with { Family = family, IsAspNetCore = true }).Reference()
        );
    }

    [Theory]
    [InlineData("v6.0", "linux-musl-x64", "6.0-alpine")]
    [InlineData("v7.0", "linux-musl-x64", "7.0-alpine")]
    [InlineData("v8.0", "linux-musl-x64", "8.0-alpine")]
    [InlineData("v6.0", "linux-x64", "6.0")]
    [InlineData("v7.0", "linux-x64", "7.0")]
    [InlineData("v8.0", "linux-x64", "8.0")]
    [InlineData("v8.0", "linux-musl-x64;linux-musl-arm64", "8.0-alpine")]
    [InlineData("v8.0", "linux-x64;linux-arm64", "8.0")]
    public void Musl_means_alpine(string framework, string rids, string tag) =>
        Assert.Equal(
            $"mcr.microsoft.com/dotnet/runtime:{tag}",
            (Base("8.0.100", framework) with { RuntimeIdentifiers = [.. rids.Split(';')] }).Reference()
        );

    [Theory]
    [InlineData("8.0.300", "v8.0", true, false, "linux-musl-x64", true, "8.0-alpine")]
    [InlineData("8.0.300", "v8.0", true, false, "linux-musl-x64", false, "8.0-alpine-extra")]
    [InlineData("8.0.300", "v8.0", false, true, "linux-musl-x64", true, "8.0-alpine")]
    [InlineData("8.0.300", "v8.0", false, true, "linux-musl-x64", false, "8.0-alpine-extra")]
    [InlineData("8.0.300", "v8.0", true, false, "linux-x64", true, "8.0-noble-chiseled")]
    [InlineData("8.0.300", "v8.0", true, false, "linux-x64", false, "8.0-noble-chiseled-extra")]
    [InlineData("8.0.300", "v8.0", false, true, "linux-x64", true, "8.0-noble-chiseled")]
    [InlineData("8.0.300", "v8.0", false, true, "linux-x64", false, "8.0-noble-chiseled-extra")]
    [InlineData("10.0.401", "v8.0", true, false, "linux-x64", false, "8.0-noble-chiseled-extra")]
    [InlineData("10.0.401", "v9.0", false, true, "linux-arm64", true, "9.0-noble-chiseled")]
    [InlineData("10.0.401", "v10.0", false, true, "linux-x64", false, "10.0-noble-chiseled-extra")]
    [InlineData("11.0.100", "v8.0", true, false, "linux-x64", false, "8.0-noble-chiseled-extra")]
    [InlineData("11.0.100", "v9.0", true, false, "linux-x64", true, "9.0-noble-chiseled")]
    [InlineData("11.0.100", "v10.0", false, true, "linux-x64", true, "10.0-noble-chiseled")]
    [InlineData("11.0.100", "v11.0", false, true, "linux-x64", true, "11.0-resolute-chiseled")]
    [InlineData("11.0.100", "v11.0", true, false, "linux-arm64", false, "11.0-resolute-chiseled-extra")]
    [InlineData(
        "11.0.100-rc.1.26458.1",
        "v11.0",
        true,
        false,
        "linux-x64",
        false,
        "11.0.0-rc.1-resolute-chiseled-extra"
    )]
    [InlineData("11.0.100", "v11.0", true, false, "linux-musl-x64", true, "11.0-alpine")]
    [InlineData("12.0.100", "v12.0", true, false, "linux-x64", true, "12.0-resolute-chiseled")]
    [InlineData("8.0.100", "v8.0", false, true, "linux-musl-x64", true, "8.0-alpine")]
    [InlineData("8.0.100", "v8.0", false, true, "linux-x64", true, "8.0-jammy-chiseled")]
    [InlineData("8.0.100", "v7.0", false, true, "linux-musl-x64", false, "7.0-alpine")]
    [InlineData("8.0.100", "v7.0", false, true, "linux-musl-x64", true, "7.0-alpine")]
    [InlineData("8.0.100", "v7.0", false, true, "linux-x64", true, "7.0")]
    [InlineData("8.0.100", "v7.0", false, true, "linux-x64", false, "7.0")]
    public void Self_contained_projects_need_only_what_the_runtime_depends_on(
        string sdk,
        string framework,
        bool trimmed,
        bool aot,
        string rid,
        bool invariant,
        string tag
    ) =>
        Assert.Equal(
            $"mcr.microsoft.com/dotnet/runtime-deps:{tag}",
            (
                Base(sdk, framework) with
                {
                    IsSelfContained = true,
                    IsTrimmed = trimmed,
                    IsNativeAot = aot,
                    UsesInvariantGlobalization = invariant,
                    RuntimeIdentifiers = [rid],
                }
            ).Reference()
        );

    [Fact]
    public void Web_apps_need_ASP_NET_Core() =>
        Assert.Equal(
            "mcr.microsoft.com/dotnet/aspnet:8.0",
            (Base("8.0.200", "v8.0") with { IsAspNetCore = true }).Reference()
        );

    [Fact]
    public void Of_Windows_the_version_has_to_be_said()
    {
        var windows = Base("10.0.401", "v10.0") with { RuntimeIdentifiers = ["win-x64"] };
        var message = Assert.Throws<ContainerizeException>(windows.Reference);
        Assert.Equal(DiagnosticTable.BaseNotInferred, message.Diagnostic);
        Assert.Contains("ContainerFamily", message.Message, StringComparison.Ordinal);
        Assert.Equal(
            "mcr.microsoft.com/dotnet/runtime:10.0-nanoserver-ltsc2022",
            (windows with { Family = "nanoserver-ltsc2022" }).Reference()
        );
        Assert.Equal(
            DiagnosticTable.BaseNotInferred,
            Assert
                .Throws<ContainerizeException>(
                    (windows with { Family = "nanoserver-ltsc2022", IsSelfContained = true }).Reference
                )
                .Diagnostic
        );
    }

    [Fact]
    public void Mixed_c_libraries_are_an_error() =>
        Assert.Equal(
            DiagnosticTable.MixedLibc,
            Assert
                .Throws<ContainerizeException>(() =>
                    (
                        Base("8.0.100", "v8.0") with
                        {
                            RuntimeIdentifiers = ["linux-musl-x64", "linux-arm64"],
                        }
                    ).Reference()
                )
                .Diagnostic
        );

    [Theory]
    [InlineData("eight", "v8.0")]
    [InlineData("8.0.100", "netstandard")]
    [InlineData("8.0.100-nightly.1", "v8.0")]
    public void A_version_that_nobody_can_read_is_an_error(string sdk, string framework) =>
        Assert.Equal(
            DiagnosticTable.BaseNotInferred,
            Assert.Throws<ContainerizeException>(() => Base(sdk, framework).Reference()).Diagnostic
        );

    private static DefaultBase Base(string sdk, string framework) =>
        new()
        {
            SdkVersion = sdk,
            TargetFrameworkVersion = framework,
            RuntimeIdentifiers = ["linux-x64"],
        };
}
