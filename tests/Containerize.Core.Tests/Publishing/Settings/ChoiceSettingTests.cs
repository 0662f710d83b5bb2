using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Publishing.Outputs;
using Containerize.Publishing.Settings;

namespace Containerize.Core.Tests.Publishing.Settings;

public sealed class ChoiceSettingTests
{
    [Theory]
    [InlineData("semver;-latest", "1.2.3 1.2 1")]
    [InlineData("-latest;semver;-1;extra", "1.2.3 1.2 extra")]
    [InlineData("semver;-other", "1.2.3 1.2 1 latest")]
    public void A_tag_can_be_left_out_of_a_list(string tags, string expected) =>
        Assert.Equal(expected, string.Join(' ', Destinations.ParseTags("", tags, "1.2.3")));

    [Fact]
    public void A_list_that_leaves_all_out_and_one_tag_with_a_sign_are_errors()
    {
        foreach (
            var (tag, tags) in new[] { ("", "latest;-latest"), ("", "-latest"), ("-latest", ""), ("", "good;-bad") }
        )
            Assert.Same(
                DiagnosticTable.InvalidTag,
                Assert.Throws<ContainerizeException>(() => Destinations.ParseTags(tag, tags, "1.2.3")).Diagnostic
            );
    }

    [Theory]
    [InlineData("", LayerCompression.Gzip)]
    [InlineData("zstd", LayerCompression.Zstd)]
    [InlineData("None", LayerCompression.None)]
    public void A_compression_has_a_name(string text, LayerCompression compression) =>
        Assert.Equal(compression, ChoiceSetting.ParseCompression(text));

    [Fact]
    public void What_means_nothing_is_an_error()
    {
        Refused(() => ChoiceSetting.ParseCompression("lzma"));
        Refused(() => ChoiceSetting.ParseFormat("tar"));
        Refused(() => ChoiceSetting.ParseLevel("10", LayerCompression.Gzip));
        Refused(() => ChoiceSetting.ParseLevel("0", LayerCompression.Zstd));
        Refused(() => ChoiceSetting.ParseLevel("1", LayerCompression.None));
        Assert.Equal(19, ChoiceSetting.ParseLevel("19", LayerCompression.Zstd));
    }

    [Theory]
    [InlineData("", "2-gzip-4")]
    [InlineData("zstd", "2-zstd-19")]
    [InlineData("GZIP", "2-gzip-9")]
    [InlineData("zstd:7", "2-zstd-7")]
    [InlineData("gzip:1", "2-gzip-1")]
    public void Layers_that_last_may_be_compressed_in_another_way(string text, string format) =>
        Assert.Equal(format, ChoiceSetting.ParseLasting(text, new(LayerCompression.Gzip, 4)).Format);

    [Theory]
    [InlineData("none")]
    [InlineData("zstd:20")]
    [InlineData("gzip:0")]
    [InlineData("zstd:")]
    [InlineData("zstd:3:4")]
    [InlineData("19")]
    public void A_lasting_compression_that_means_nothing_is_an_error(string text) =>
        Refused(() => ChoiceSetting.ParseLasting(text, LayerEncoding.Default));

    [Theory]
    [InlineData("1.2.3", "1.2.3 1.2 1 latest")]
    [InlineData("1.2.3+build", "1.2.3 1.2 1 latest")]
    [InlineData("2.0.0-beta.1", "2.0.0-beta.1")]
    public void Semver_stands_for_the_tags_of_the_version(string version, string tags) =>
        Assert.Equal(tags + " extra", string.Join(' ', Destinations.ParseTags("", "semver;extra", version)));

    [Theory]
    [InlineData("1970-01-02", "", 86400)]
    [InlineData("1970-01-01T01:00:00+01:00", "5", 0)]
    [InlineData("", "1636374896", 1636374896)]
    [InlineData("", "", 0)]
    [InlineData("2026-01-01", "nonsense", 1767225600)]
    public void The_time_is_the_projects_or_the_sources_or_the_epoch(string created, string epoch, long seconds) =>
        Assert.Equal(seconds, TimeSetting.Parse(created, epoch, NoCommit).ToUnixTimeSeconds());

    [Theory]
    [InlineData("yesterday")]
    [InlineData("1969-12-31")]
    [InlineData("31.01.2026")]
    public void A_time_that_nobody_can_read_is_an_error(string created) =>
        Refused(() => TimeSetting.Parse(created, "", NoCommit));

    // reproducible-builds.org: a build with a malformed value should end with an error. BuildKit's does.
    [Theory]
    [InlineData("-1")]
    [InlineData("0x10")]
    [InlineData("abc")]
    [InlineData("1.5")]
    [InlineData("253402300800")]
    public void A_SOURCE_DATE_EPOCH_that_is_no_number_of_seconds_is_an_error(string epoch) =>
        Refused(() => TimeSetting.Parse("", epoch, NoCommit));

    [Fact]
    public void The_word_commit_asks_for_the_time_of_the_commit() =>
        Assert.Equal(
            77,
            TimeSetting.Parse("commit", "5", () => DateTimeOffset.FromUnixTimeSeconds(77)).ToUnixTimeSeconds()
        );

    [Fact]
    public void Without_a_repository_there_is_no_time_of_a_commit() =>
        Assert.Equal(
            DiagnosticTable.CommitUnknown,
            Assert.Throws<ContainerizeException>(() => CommitTime.Read(Path.GetTempPath())).Diagnostic
        );

    private static DateTimeOffset NoCommit() => throw new InvalidOperationException("The commit was not asked for.");

    private static void Refused(Action action) =>
        Assert.Equal(DiagnosticTable.InvalidSetting, Assert.Throws<ContainerizeException>(action).Diagnostic);
}
