using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Core.Tests.Diagnostics;

/// <summary>What others wrote is short in a message, and takes no time to make short.</summary>
public sealed class SingleLineTextTests
{
    [Theory]
    [InlineData("<html>", "<head ")]
    [InlineData("<html>", "<script>")]
    [InlineData("<html>", "<")]
    [InlineData("<!doctype html>", "<head></hea")]
    [InlineData("", "a \t")]
    [InlineData("", "word")]
    public void Megabytes_are_cut_before_anything_is_looked_for_in_them(string start, string part)
    {
        var text = start + string.Concat(Enumerable.Repeat(part, 2_000_000 / part.Length));
        Assert.InRange(SingleLineText.Of(text).Length, 0, 201);
    }

    [Fact]
    public void What_stands_behind_many_blanks_is_seen() =>
        Assert.Equal("here", SingleLineText.Of(new string(' ', 1_000_000) + "<!DOCTYPE html><p>here</p>"));

    [Fact]
    public void A_digest_that_is_none_is_short_and_plain_in_the_message()
    {
        var json = new System.Text.Json.Nodes.JsonObject
        {
            ["mediaType"] = "a/b",
            ["digest"] = "\u001b[2J" + new string('x', 1_000_000),
            ["size"] = 1,
        };
        var message = Assert.Throws<ContainerizeException>(() => Descriptor.Read(json, "it")).Message;
        Assert.InRange(message.Length, 1, 500);
        Assert.DoesNotContain('\u001b', message);
    }
}
