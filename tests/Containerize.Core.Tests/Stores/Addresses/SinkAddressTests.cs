using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Addresses;

namespace Containerize.Core.Tests.Stores.Addresses;

/// <summary>Places as a command line says them.</summary>
public sealed class SinkAddressTests
{
    private const string Folder = "/somewhere";

    [Theory]
    [InlineData("oci:out", SinkKind.Layout, "/somewhere/out", null)]
    [InlineData("oci:out:v1", SinkKind.Layout, "/somewhere/out", "v1")]
    [InlineData("archive:/x/app.tar:acme/app:1.0", SinkKind.Archive, "/x/app.tar", "acme/app:1.0")]
    [InlineData("daemon:app:1.0", SinkKind.Engine, "", "docker.io/library/app:1.0")]
    [InlineData("localhost:5000/app", SinkKind.Registry, "", "localhost:5000/app:latest")]
    [InlineData("type=oci,dest=app.tar", SinkKind.Archive, "/somewhere/app.tar", null)]
    [InlineData("type=docker,dest=app.tar", SinkKind.Archive, "/somewhere/app.tar", null)]
    [InlineData("type=oci,tar=false,dest=out", SinkKind.Layout, "/somewhere/out", null)]
    [InlineData("type=docker", SinkKind.Engine, "", null)]
    [InlineData("type=registry", SinkKind.Registry, "", null)]
    [InlineData("type=tar,dest=root.tar", SinkKind.RootTar, "/somewhere/root.tar", null)]
    [InlineData("type=tar,dest=-", SinkKind.RootTar, "", null)]
    [InlineData("-", SinkKind.RootTar, "", null)]
    [InlineData("type=local,dest=root", SinkKind.RootFolder, "/somewhere/root", null)]
    [InlineData("./root", SinkKind.RootFolder, "/somewhere/root", null)]
    [InlineData("/root", SinkKind.RootFolder, "/root", null)]
    [InlineData("type=image,push=true,name=acme/app:2", SinkKind.Registry, "", "acme/app:2")]
    public void A_place_is_read_in_our_form_and_in_that_of_other_builders(
        string text,
        SinkKind kind,
        string path,
        string? name
    ) => Assert.Equal(new SinkAddress(kind, path, name), SinkAddress.ParseOption(text, Folder));

    [Theory]
    [InlineData("type=oci")]
    [InlineData("type=oci,dest=-")]
    [InlineData("type=oci,dest=a,dest=b")]
    [InlineData("type=local")]
    [InlineData("type=local,dest=-")]
    [InlineData("type=tar,dest=x,name=acme/app")]
    [InlineData("type=docker,colour=red")]
    [InlineData("type=image")]
    [InlineData("scratch")]
    public void What_is_no_output_is_an_error(string text) =>
        Assert.Equal(
            DiagnosticTable.InvalidOutput,
            Assert.Throws<ContainerizeException>(() => SinkAddress.ParseOption(text, Folder)).Diagnostic
        );

    [Fact]
    public void A_name_that_is_none_is_an_error() =>
        Assert.Equal(
            DiagnosticTable.InvalidReference,
            Assert.Throws<ContainerizeException>(() => SinkAddress.Parse("archive:app.tar:NO/..:x", Folder)).Diagnostic
        );

    [Theory]
    [InlineData("oci:out", "acme.example/app:1.0")]
    [InlineData("oci:out:v2", "acme.example/app:v2")]
    [InlineData("archive:app.tar:other/app:3", "docker.io/other/app:3")]
    public void A_place_without_a_name_takes_that_of_the_image(string text, string expected) =>
        Assert.Equal(
            [expected],
            SinkAddress
                .Parse(text, Folder)
                .NamesOr([ImageReference.Parse("acme.example/app:1.0")])
                .Select(name => name.ToString())
        );

    [Theory]
    [InlineData("oci:My App", "docker.io/library/my-app:latest")]
    [InlineData("archive:x/shop.tar:v1", "docker.io/library/shop:v1")]
    public void What_nobody_named_is_called_after_its_file(string text, string expected) =>
        Assert.Equal([expected], SinkAddress.Parse(text, Folder).NamesOr([]).Select(name => name.ToString()));
}
