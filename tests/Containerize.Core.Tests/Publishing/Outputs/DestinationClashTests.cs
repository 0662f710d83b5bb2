using Containerize.Publishing.Outputs;

namespace Containerize.Core.Tests.Publishing.Outputs;

public sealed class DestinationClashTests
{
    private static readonly Destinations Shop = new()
    {
        Repository = "acme/shop",
        Tags = ["1.0", "latest"],
        DefaultFolder = "/shop",
        PublishPath = "/shop/publish",
    };
    private static readonly Destinations Desk = Shop with { Repository = "acme/desk", DefaultFolder = "/desk" };

    [Fact]
    public void Names_of_their_own_keep_images_apart() => Assert.Null(Shop.With(Desk));

    [Fact]
    public void One_name_and_one_tag_in_common_are_a_clash() =>
        Assert.Equal(
            "the image docker.io/acme/shop:latest",
            Shop.With(Desk with { Repository = "acme/shop", Tags = ["2.0", "latest"] })
        );

    [Fact]
    public void Tags_or_registries_of_their_own_keep_them_apart()
    {
        Assert.Null(Shop.With(Shop with { Tags = ["2.0"], DefaultFolder = "/desk" }));
        Assert.Null((Shop with { Registries = ["a.example"] }).With(Shop with { Registries = ["b.example"] }));
    }

    [Fact]
    public void One_tarball_for_two_is_a_clash() =>
        Assert.Equal(
            "the tarball '/out/all.tar'",
            (Shop with { Archive = "/out/all.tar" }).With(Desk with { Archive = "/out/all.tar" })
        );

    [Fact]
    public void In_one_layout_the_tags_have_to_differ()
    {
        Assert.Equal(
            "the tag '1.0' in the layout '/out'",
            (Shop with { Layout = "/out" }).With(Desk with { Layout = "/out" })
        );
        Assert.Null((Shop with { Layout = "/out" }).With(Desk with { Layout = "/out", Tags = ["desk"] }));
    }
}
