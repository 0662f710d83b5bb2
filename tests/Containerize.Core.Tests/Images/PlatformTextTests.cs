using Containerize.Diagnostics;
using Containerize.Images;
using Processor = System.Runtime.InteropServices.Architecture;

namespace Containerize.Core.Tests.Images;

/// <summary>Platforms in the words of other builders and of .NET.</summary>
public sealed class PlatformTextTests
{
    [Theory]
    [InlineData("linux/amd64", "linux/amd64", "linux-x64")]
    [InlineData("Linux/x86_64", "linux/amd64", "linux-x64")]
    [InlineData("linux/aarch64", "linux/arm64", "linux-arm64")]
    [InlineData("linux/arm/v7", "linux/arm/v7", "linux-arm")]
    [InlineData("linux/arm/v6", "linux/arm/v6", "linux-armv6")]
    [InlineData("linux/386", "linux/386", "linux-x86")]
    [InlineData("linux/riscv64", "linux/riscv64", "linux-riscv64")]
    [InlineData("linux/arm64/v8", "linux/arm64", "linux-arm64")]
    [InlineData("linux/arm64/8", "linux/arm64", "linux-arm64")]
    [InlineData("linux/arm", "linux/arm/v7", "linux-arm")]
    [InlineData("linux/armhf", "linux/arm/v7", "linux-arm")]
    [InlineData("linux/armel", "linux/arm/v6", "linux-armv6")]
    [InlineData("linux/amd64/v1", "linux/amd64", "linux-x64")]
    [InlineData("linux/i386", "linux/386", "linux-x86")]
    [InlineData("arm64", "linux/arm64", "linux-arm64")]
    [InlineData("windows/amd64", "windows/amd64", "win-x64")]
    public void A_platform_has_a_text_and_a_runtime_identifier(string text, string expected, string rid)
    {
        var platform = Platform.Parse(text);
        Assert.Equal(expected, platform.ToString());
        Assert.Equal(rid, platform.ToRuntimeIdentifier());
        Assert.True(platform.Matches(Platform.FromRuntimeIdentifier(rid)));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("linux")]
    [InlineData("linux/")]
    [InlineData("/amd64")]
    [InlineData("linux/arm/v7/x")]
    [InlineData("linux/arm/")]
    [InlineData("")]
    public void What_is_no_platform_is_an_error(string text) =>
        Assert.Equal(
            DiagnosticTable.InvalidPlatform,
            Assert.Throws<ContainerizeException>(() => Platform.Parse(text)).Diagnostic
        );

    [Theory]
    [InlineData("linux", "linux/arm64")]
    [InlineData("windows", "windows/arm64")]
    [InlineData("amd64", "linux/amd64")]
    public void A_system_alone_is_that_of_this_machine(string text, string expected) =>
        Assert.Equal(expected, Platform.Parse(text, new Platform("linux", "arm64")).ToString());

    [Theory]
    [InlineData("linux/amd65", "'amd65' is no processor. Did you mean 'amd64'?")]
    [InlineData("linux/x64", "Did you mean 'amd64'?")]
    [InlineData("linx/arm64", "'linx' is no operating system. Did you mean 'linux'?")]
    [InlineData("linux/z80", "'z80' is no processor. Write one")]
    public void Words_that_name_nothing_are_doubted_with_the_nearest_one(string text, string said)
    {
        var error = Assert.Throws<ContainerizeException>(() => PlatformSuggestions.Checked(Platform.Parse(text)));
        Assert.Equal(DiagnosticTable.InvalidPlatform, error.Diagnostic);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("linux-amd64", "'linux-x64'")]
    [InlineData("linux/amd64", "'linux-x64'")]
    [InlineData("linux-x65", "'linux-x64'")]
    [InlineData("linux-musl-aarch64", "'linux-musl-arm64'")]
    [InlineData("windows-x64", "'win-x64'")]
    [InlineData("browser-wasm", null)]
    [InlineData("linux", null)]
    public void A_runtime_identifier_in_the_words_of_others_is_answered_with_that_of_NET(string rid, string? meant)
    {
        var error = Assert.Throws<ContainerizeException>(() => Platform.FromRuntimeIdentifier(rid));
        Assert.Equal(meant is not null, error.Message.Contains($"Did you mean {meant}?", StringComparison.Ordinal));
        Assert.Equal(meant is not null, error.Message.Contains("Did you mean", StringComparison.Ordinal));
    }

    [Fact]
    public void NET_does_not_run_everywhere() =>
        Assert.Equal(
            DiagnosticTable.UnknownPlatform,
            Assert.Throws<ContainerizeException>(() => Platform.Parse("plan9/amd64").ToRuntimeIdentifier()).Diagnostic
        );

    [Fact]
    public void The_machine_tells_the_processor_and_nothing_else()
    {
        Assert.Equal("linux/arm64", Platform.OfProcessor(Processor.Arm64)!.ToString());
        Assert.Null(Platform.OfProcessor(Processor.Wasm));
    }
}
