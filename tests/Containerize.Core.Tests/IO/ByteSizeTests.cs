using Containerize.IO;

namespace Containerize.Core.Tests.IO;

/// <summary>Sizes as options and mounts have them.</summary>
public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("900", 900)]
    [InlineData("900b", 900)]
    [InlineData("2k", 2048)]
    [InlineData("2KB", 2048)]
    [InlineData("64m", 64 << 20)]
    [InlineData("3g", 3L << 30)]
    [InlineData("8589934591g", 8589934591L << 30)]
    public void A_size_has_digits_and_a_unit(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var read));
        Assert.Equal(bytes, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("-1")]
    [InlineData("1.5g")]
    [InlineData("1t")]
    [InlineData("1bk")]
    [InlineData("8589934592g")]
    public void Other_texts_are_refused(string text)
    {
        Assert.False(ByteSize.TryParse(text, out var read));
        Assert.Equal(0, read);
    }
}
