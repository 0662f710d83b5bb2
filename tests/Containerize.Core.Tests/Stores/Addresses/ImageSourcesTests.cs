using Containerize.Packages;
using Containerize.Stores.Addresses;

namespace Containerize.Core.Tests.Stores.Addresses;

public sealed class ImageSourcesTests
{
    [Theory]
    [InlineData("scratch", true)]
    [InlineData("oci:layout", true)]
    [InlineData("packages", false)]
    [InlineData("ubuntu", false)]
    public async Task What_lies_on_this_machine_is_told_by_the_name(string text, bool local) =>
        Assert.Equal(
            local,
            await ImageSources.OpenLocalAsync(
                text,
                Path.GetTempPath(),
                Path.GetTempPath(),
                TestContext.Current.CancellationToken
            )
                is not null
        );

    [Theory]
    [InlineData("packages", "scratch")]
    [InlineData("packages:1", "packages:1")]
    [InlineData("scratch", "scratch")]
    public void A_project_puts_packages_upon_nothing(string name, string source) =>
        Assert.Equal(source, PackagesBase.SourceOf(name));
}
