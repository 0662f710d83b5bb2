using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Core.Tests.Images;

public sealed class PlatformTests
{
    [Theory]
    [InlineData("linux-x64", "linux/amd64", "linux/amd64")]
    [InlineData("linux-musl-x64", "linux/amd64", "linux/amd64")]
    [InlineData("linux-x86", "linux/386", "linux/386")]
    [InlineData("linux-arm", "linux/arm/v7", "linux/arm/v7")]
    [InlineData("linux-musl-arm", "linux/arm/v7", "linux/arm/v7")]
    [InlineData("linux-armv6", "linux/arm/v6", "linux/arm/v6")]
    [InlineData("linux-arm64", "linux/arm64", "linux/arm64/v8")]
    [InlineData("linux-s390x", "linux/s390x", "linux/s390x")]
    [InlineData("linux-ppc64le", "linux/ppc64le", "linux/ppc64le")]
    [InlineData("linux-riscv64", "linux/riscv64", "linux/riscv64")]
    [InlineData("linux-loongarch64", "linux/loong64", "linux/loong64")]
    [InlineData("win-x64", "windows/amd64", "windows/amd64")]
    [InlineData("win-arm64", "windows/arm64", "windows/arm64/v8")]
    public void A_runtime_identifier_is_for_a_platform_and_an_index_writes_its_variant_out(
        string rid,
        string platform,
        string inIndex
    )
    {
        var parsed = Platform.FromRuntimeIdentifier(rid);
        Assert.Equal((platform, inIndex), (parsed.ToString(), parsed.InIndex().ToString()));
    }

    [Theory]
    [InlineData("osx-arm64")]
    [InlineData("linux")]
    [InlineData("linux-sparc")]
    [InlineData("any")]
    public void One_that_no_image_can_be_for_is_an_error(string rid) =>
        Assert.Equal(
            DiagnosticTable.UnknownPlatform,
            Assert.Throws<ContainerizeException>(() => Platform.FromRuntimeIdentifier(rid)).Diagnostic
        );

    [Theory]
    [InlineData("arm64", null, "v8", true)]
    [InlineData("arm64", "v8", null, true)]
    [InlineData("arm", null, "v7", true)]
    [InlineData("arm", "v6", "v7", false)]
    [InlineData("arm", "v6", null, false)]
    [InlineData("amd64", null, "v1", true)]
    [InlineData("amd64", null, "v3", false)]
    public void An_absent_variant_is_the_usual_one(string architecture, string? asked, string? offered, bool matches) =>
        Assert.Equal(
            matches,
            new Platform("linux", architecture, asked).Matches(new Platform("linux", architecture, offered))
        );
}
