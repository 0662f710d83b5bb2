using Containerize.Entries;
using Containerize.Images;
using Containerize.IO;
using Containerize.Layers.Caching;
using Containerize.Publishing.UpToDate;
using Containerize.Stores;
using Microsoft.Extensions.Time.Testing;

namespace Containerize.Core.Tests.Publishing.UpToDate;

/// <summary>A run of a publish folder with some files, remembered an hour after they were written.</summary>
public sealed class LastBuildTests : IDisposable
{
    private const string Settings = "User=me\0";

    private readonly string _root = Directory.CreateTempSubdirectory("containerize-record-").FullName;

    public LastBuildTests()
    {
        Write("publish/app.dll", "code");
        Write("publish/wwwroot/site.css", "style");
        File.CreateSymbolicLink(In("publish/link"), "app.dll");
        Directory.CreateDirectory(In("publish/empty"));
        Write("extra.txt", "extra");
        Write("image.tar", "image");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private LastBuildFile RecordFile => new(In("obj/image.run"));

    [Fact]
    public void A_run_is_known_again_from_what_it_left_on_disk()
    {
        var record = Remember();
        var read = RecordFile.Read()!;
        Assert.True(Fits(read));
        Assert.Equal(record.Outcome.AsEnumerable(), read.Outcome);
        Assert.Equal(record.Names.AsEnumerable(), read.Names);
    }

    [Theory]
    [InlineData("publish/app.dll", "cod!")]
    [InlineData("publish/app.dll", "longer")]
    [InlineData("publish/wwwroot/site.css", "")]
    [InlineData("publish/new.dll", "code")]
    [InlineData("publish/zzz.dll", "the last of all")]
    [InlineData("publish/empty/file", "")]
    [InlineData("extra.txt", "EXTRA")]
    [InlineData("image.tar", "image")]
    public void Another_file_or_content_is_noticed_and_an_output_that_was_only_touched(string path, string content)
    {
        Remember();
        Write(path, content);
        Assert.False(Fits(RecordFile.Read()!));
    }

    [Theory]
    [InlineData("publish/app.dll")]
    [InlineData("publish/link")]
    [InlineData("extra.txt")]
    [InlineData("image.tar")]
    public void A_file_that_is_gone_is_noticed(string path)
    {
        Remember();
        File.Delete(In(path));
        Assert.False(Fits(RecordFile.Read()!));
    }

    [Fact]
    public void A_folder_that_came_or_went_is_noticed()
    {
        Remember();
        Directory.CreateDirectory(In("publish/another"));
        Assert.False(Fits(RecordFile.Read()!));
        Directory.Delete(In("publish/another"));
        Assert.True(Fits(RecordFile.Read()!));
        Directory.Delete(In("publish/empty"));
        Assert.False(Fits(RecordFile.Read()!));
    }

    [Fact]
    public void A_link_that_points_elsewhere_is_noticed()
    {
        Remember();
        File.Delete(In("publish/link"));
        File.CreateSymbolicLink(In("publish/link"), "wwwroot");
        Assert.False(Fits(RecordFile.Read()!));
    }

    [Fact]
    public void A_published_file_that_was_written_again_with_the_same_content_is_the_same()
    {
        Remember();
        Write("publish/app.dll", "code");
        File.Delete(In("extra.txt"));
        Write("extra.txt", "extra");
        Assert.True(Fits(RecordFile.Read()!));
    }

    [Fact]
    public void A_file_that_was_read_right_after_a_change_is_known_by_its_content_alone()
    {
        Remember(TimeSpan.FromHours(-1));
        var record = RecordFile.Read()!;
        Assert.All(
            record.Published.Where(file => file.Hash.Length > 0),
            file => Assert.Equal(FileState.Missing, file.State)
        );
        Assert.False(Fits(record with { Published = [.. record.Published.Select(file => file with { Hash = "" })] }));
    }

    [Fact]
    public void Other_settings_are_another_run()
    {
        Remember();
        Assert.False(Fits(RecordFile.Read()!, "User=you\0"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(40)]
    public void A_damaged_record_is_none(int at)
    {
        Remember();
        var bytes = File.ReadAllBytes(In("obj/image.run"));
        bytes[at] ^= 1;
        File.WriteAllBytes(In("obj/image.run"), bytes);
        Assert.Null(RecordFile.Read());
        File.WriteAllBytes(In("obj/image.run"), bytes[..at]);
        Assert.Null(RecordFile.Read());
        RecordFile.Remove();
        Assert.Null(RecordFile.Read());
    }

    [Fact]
    public void Of_a_folder_that_changes_while_it_is_read_nothing_is_known()
    {
        var seen = FolderState.Of(In("publish"), TimeProvider.System);
        Write("publish/app.dll", "other");
        Assert.Null(seen.Known(In("publish"), null));
    }

    private LastBuild Remember() => Remember(TimeSpan.FromHours(1));

    private LastBuild Remember(TimeSpan later)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow + later);
        var hashes = ContentHashes.Read(In("hashes.txt"), time);
        var published = FolderState.Of(In("publish"), time);
        foreach (var path in new[] { "publish/app.dll", "extra.txt" })
            hashes.Of(FileContent.FromFile(In(path)));
        var record = new LastBuild
        {
            Settings = Settings,
            Published = published.Known(In("publish"), hashes)!.Value,
            Added = [hashes.Find(In("extra.txt"), In("extra.txt"))!],
            Watched = [KnownFile.Watched(In("image.tar"))],
            Names =
            [
                new NamedDigest(ImageReference.Parse("registry.example/app:1"), Digest.Of("x"u8), ThroughMirrors: true),
            ],
            Outcome = [KeyValuePair.Create("closing", "äöü\n"), KeyValuePair.Create("closing", "")],
        };
        RecordFile.Write(record);
        return record;
    }

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    private bool Fits(LastBuild record, string settings = Settings) =>
        record.Fits(settings, FolderState.Of(In("publish"), TimeProvider.System), In("publish"));

    private string In(string path) => Path.Combine(_root, path);

    private void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(In(path))!);
        // Later than whatever was written before, whatever the grain of the clock is.
        _clock.Advance(TimeSpan.FromMilliseconds(15));
        File.WriteAllText(In(path), content);
        File.SetLastWriteTimeUtc(In(path), _clock.GetUtcNow().UtcDateTime);
    }
}
