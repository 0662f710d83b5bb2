using Containerize.Diagnostics;
using Containerize.Stores;

namespace Containerize.Core.Tests.Stores;

public sealed class ImageLocationTests
{
    [Theory]
    [InlineData("image", "/project/image", null)]
    [InlineData("./out/image:1.0", "/project/out/image", "1.0")]
    [InlineData("/abs/image.tar", "/abs/image.tar", null)]
    [InlineData("../image:docker.io/acme/app:1.0", "/image", "docker.io/acme/app:1.0")]
    public void A_location_is_a_path_and_perhaps_a_name(string text, string path, string? name) =>
        Assert.Equal(new ImageLocation(path, name), ImageLocation.Parse(text, "/project"));

    [Fact]
    public void The_colon_of_a_drive_ends_no_path() =>
        Assert.Equal("1.0", ImageLocation.Parse(@"C:\out\image:1.0", "/project").Name);

    [Theory]
    [InlineData("")]
    [InlineData(":1.0")]
    [InlineData("path:")]
    [InlineData("a\0b")]
    public void What_has_no_path_or_an_empty_name_is_no_location(string text) =>
        Assert.Equal(
            DiagnosticTable.InvalidReference,
            Assert.Throws<ContainerizeException>(() => ImageLocation.Parse(text, "/project")).Diagnostic
        );
}
