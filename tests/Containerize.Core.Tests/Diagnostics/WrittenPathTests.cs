using Containerize.Core.Tests.Attestations;
using Containerize.Diagnostics;
using Containerize.Stores;
using Containerize.Stores.Addresses;

namespace Containerize.Core.Tests.Diagnostics;

/// <summary>Texts that are meant as paths.</summary>
public sealed class WrittenPathTests
{
    [Theory]
    [InlineData("~/shop.tar", "Write '$HOME/shop.tar', or './~/shop.tar'")]
    [InlineData("~", "Write '$HOME'")]
    [InlineData("oci:out", "ContainerOciLayoutPath is 'oci:out', and it takes a path alone. Write 'out'.")]
    [InlineData("archive:out.tar", "Write 'out.tar'.")]
    [InlineData("type=oci,dest=out", "without 'type='")]
    public void What_is_no_path_is_an_error_that_says_what_to_write(string text, string advice)
    {
        var error = Assert.Throws<ContainerizeException>(() => WrittenPath.Check("ContainerOciLayoutPath", text));
        Assert.Equal(DiagnosticTable.PathForOthers, error.Diagnostic);
        Assert.StartsWith("ContainerOciLayoutPath", error.Message, StringComparison.Ordinal);
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("out/image")]
    [InlineData("./~/out")]
    [InlineData("~user")]
    [InlineData("a~/b")]
    [InlineData("C:/out")]
    public void Anything_else_is_a_path(string text) => WrittenPath.Check("ContainerOciLayoutPath", text);

    [Fact]
    public void A_place_on_disk_is_no_home_of_a_shell() =>
        Assert.Equal(
            DiagnosticTable.PathForOthers,
            Assert.Throws<ContainerizeException>(() => ImageLocation.Parse("~/out:v1", "/somewhere")).Diagnostic
        );

    [Fact]
    public void Nor_is_an_image_or_a_key()
    {
        foreach (
            var read in new Action[]
            {
                () => ImageSources.RegistryOf("~/shop"),
                () => TestKeys.Source().Open("~/cosign.key", ""),
                () => TestKeys.Source().OpenPublic("~/cosign.pub"),
            }
        )
            Assert.Equal(DiagnosticTable.PathForOthers, Assert.Throws<ContainerizeException>(read).Diagnostic);
    }
}
