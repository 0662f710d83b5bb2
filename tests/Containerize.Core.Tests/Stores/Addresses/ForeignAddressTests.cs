using Containerize.Diagnostics;
using Containerize.Stores.Addresses;

namespace Containerize.Core.Tests.Stores.Addresses;

/// <summary>Places in the words of other tools: as a source each was looked for in Docker Hub, and as a sink it was
/// pushed there.</summary>
public sealed class ForeignAddressTests
{
    [Theory]
    [InlineData("docker://alpine:3", "alpine:3")]
    [InlineData("https://mcr.microsoft.com/dotnet/aspnet:10.0", "mcr.microsoft.com/dotnet/aspnet:10.0")]
    [InlineData("http://localhost:5000/app/", "localhost:5000/app")]
    [InlineData("docker-daemon:app:1", "daemon:app:1")]
    [InlineData("containers-storage:app", "daemon:app")]
    [InlineData("docker-archive:app.tar", "archive:app.tar")]
    [InlineData("oci-archive:app.tar", "archive:app.tar")]
    [InlineData("oci-layout://out:v1", "oci:out:v1")]
    [InlineData("file:///tmp/app.tar", "archive:/tmp/app.tar")]
    public void A_source_and_a_sink_are_refused_with_what_to_write(string text, string ours)
    {
        var source = Assert.Throws<ContainerizeException>(() => ImageSources.RegistryOf(text));
        Assert.Equal($"'{text}' is how other tools write a place. Write '{ours}'.", source.Message);
        Assert.Equal(DiagnosticTable.InvalidReference, source.Diagnostic);
        var sink = Assert.Throws<ContainerizeException>(() => SinkAddress.Parse(text, "/somewhere"));
        Assert.Equal(source.Message, sink.Message);
    }

    [Theory]
    [InlineData("SCRATCH", "'scratch'")]
    [InlineData("Packages", "'packages'")]
    [InlineData("./base.tar", "'archive:./base.tar' for a tarball")]
    [InlineData("/tmp/base", "'oci:/tmp/base' for a layout")]
    public void A_base_is_named_by_its_own_words(string text, string advice)
    {
        var error = Assert.Throws<ContainerizeException>(() => ImageSources.ReferenceOf(text));
        Assert.Equal(DiagnosticTable.InvalidReference, error.Diagnostic);
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("docker")]
    [InlineData("oci/app")]
    [InlineData("registry.example/docker-archive:1")]
    [InlineData("shop.tar")]
    public void A_name_stays_a_name(string text) => Assert.NotNull(ImageSources.RegistryOf(text));

    [Fact]
    public void A_password_is_not_repeated() =>
        Assert.DoesNotContain(
            "secret",
            Assert
                .Throws<ContainerizeException>(() => ImageSources.RegistryOf("https://me:secret@registry.example/app"))
                .Message,
            StringComparison.Ordinal
        );
}
