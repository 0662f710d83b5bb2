using System.Text.Json.Nodes;
using Containerize.Tests.Images;

namespace Containerize.Tests.Publishing;

/// <summary>The metadata of a real run, and what its published schema would not take.</summary>
[Collection(nameof(WebImage))]
public sealed class MetadataTests(WebImage web)
{
    private string File => Path.Combine(web.Project.OutputFolder, "HelloWeb.container.json");

    [Fact]
    public void It_fits_the_schema_and_says_what_was_made()
    {
        var json = MetadataSchema.AssertFits(File);
        Assert.Equal(web.Layout.Digest(WebImage.Tag), (string?)json["digest"]);
        Assert.Equal(
            web.Layout.LayerDigests(WebImage.Tag),
            json["layers"]!.AsArray().Select(layer => (string?)layer!["digest"])
        );
        Assert.Equal(3, json["destinations"]!.AsArray().Count);
        Assert.All(json["layers"]!.AsArray(), layer => Assert.Equal(3, layer!["fates"]!.AsArray().Count));
        Assert.All(
            json["layers"]!.AsArray(),
            layer => Assert.Equal((string?)layer!["name"] == "base", layer["origin"] is null)
        );
    }

    [Theory]
    [InlineData("digest", null)]
    [InlineData("digest", "\"latest\"")]
    [InlineData("names", "[]")]
    [InlineData("platforms", "[]")]
    [InlineData("added", "1")]
    [InlineData("packages", "[{\"name\":\"curl\"}]")]
    [InlineData("layers", "[{\"name\":\"app\"}]")]
    public void The_schema_takes_nothing_else(string member, string? value)
    {
        var json = JsonNode.Parse(System.IO.File.ReadAllText(File))!.AsObject();
        Assert.True(MetadataSchema.Fits(json.ToJsonString()));
        json.Remove(member);
        if (value is not null)
            json[member] = JsonNode.Parse(value);
        Assert.False(MetadataSchema.Fits(json.ToJsonString()));
    }
}
