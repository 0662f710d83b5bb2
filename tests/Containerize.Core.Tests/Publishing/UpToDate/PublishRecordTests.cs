using System.Collections.Immutable;
using Containerize.Core.Tests.Stores;
using Containerize.IO;
using Containerize.Publishing.Files;
using Containerize.Publishing.UpToDate;

namespace Containerize.Core.Tests.Publishing.UpToDate;

/// <summary>What earlier publishes left in a folder is no part of the image; what somebody wrote since is.</summary>
public sealed class PublishRecordTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    private string Folder => _root["project/bin/publish"];

    private string History => _root["project/obj/containerize/1"];

    public void Dispose() => _root.Dispose();

    [Fact]
    public void What_is_no_longer_published_is_left_out_of_this_folder_and_no_other()
    {
        Write("app.dll", "old/old.dll", "own.txt");
        Assert.Empty(Publish("app.dll", "old/old.dll"));
        var leftOver = Publish("app.dll");
        Assert.Equal(["old/old.dll"], leftOver);
        Assert.Equal(
            ["app.dll", "own.txt"],
            PublishFolder.Read(Folder, leftOver).Entries.Select(entry => entry.RelativePath)
        );
        Assert.Equal(["old/old.dll"], Publish("app.dll"));
        Assert.Empty(PublishRecord.Read(Path.Combine(History, "published.txt"), _root["elsewhere"]).Files);
    }

    // A target writes what was an item before: at once, and again only where something changed.
    [Fact]
    public void What_was_written_since_belongs_to_whoever_wrote_it()
    {
        Write("app.dll", "info.txt");
        Publish("app.dll", "info.txt");
        Rewrite("info.txt");
        Assert.Empty(Publish("app.dll"));
        Assert.Empty(Publish("app.dll"));
    }

    // Linux tells the time of change and the inode, which a copy that keeps the time of its source changes too.
    [Fact]
    public void A_copy_with_the_old_time_and_content_was_written_since()
    {
        Write("app.dll", "info.txt");
        Publish("app.dll", "info.txt");
        var info = Path.Combine(Folder, "info.txt");
        var time = File.GetLastWriteTimeUtc(info);
        File.Copy(info, info + ".new");
        File.Move(info + ".new", info, overwrite: true);
        File.SetLastWriteTimeUtc(info, time);
        Assert.Empty(Publish("app.dll"));
    }

    [Fact]
    public void A_project_that_was_copied_with_its_folders_keeps_its_history()
    {
        Write("app.dll", "old.dll");
        Publish("app.dll", "old.dll");
        foreach (var file in Directory.GetFiles(_root["project"], "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(_root["copy"], Path.GetRelativePath(_root["project"], file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
            File.SetLastWriteTimeUtc(copy, File.GetLastWriteTimeUtc(file));
        }

        Directory.Move(_root["project"], _root["gone"]);
        Directory.Move(_root["copy"], _root["project"]);
        Assert.Equal(["old.dll"], Publish("app.dll"));
        Assert.Equal(["old.dll"], Publish("app.dll"));
    }

    [Fact]
    public void Publishes_that_made_no_image_count_by_their_lists_which_are_taken_once()
    {
        Write("app.dll", "wwwroot/one.css", "wwwroot/two.css", "wwwroot/three.css", "wwwroot/four.css");
        Directory.CreateDirectory(History);
        File.WriteAllText(Path.Combine(History, "earlier.txt"), "wwwroot/one.css\nwwwroot/three.css\n");
        File.WriteAllText(
            Path.Combine(History, "earlier.json"),
            """{"Endpoints":[{"AssetFile":"two.css"},{"AssetFile":"two.css"},{"Route":"x"}]}"""
        );
        // The clock of a file system moves on in steps.
        do Rewrite("wwwroot/three.css");
        while (
            FileState.Of(Path.Combine(Folder, "wwwroot/three.css")).Changed
            <= FileState.Of(Path.Combine(History, "earlier.txt")).Changed
        );
        Assert.Equal(["wwwroot/one.css", "wwwroot/two.css"], Publish("app.dll"));
        Assert.Equal(["published.txt"], Directory.GetFiles(History).Select(Path.GetFileName));
        Assert.Equal(["wwwroot/one.css", "wwwroot/two.css"], Publish("app.dll"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("containerize published files 2\n../../../bin/publish\n7\n1 2 3")]
    [InlineData("containerize published files 2\n../../../bin/publish\n7\n1 2 x 4 5 app.dll")]
    [InlineData("containerize published files 2\n../../../bin/publish\n7\n1 2 3 4 5 app.dll\n1 2 3 4 5 app.dll")]
    public void A_damaged_record_is_none(string text)
    {
        Write("app.dll");
        Directory.CreateDirectory(History);
        File.WriteAllText(Path.Combine(History, "published.txt"), text);
        Assert.Empty(Publish());
        Assert.Empty(PublishRecord.Read(Path.Combine(History, "published.txt"), Folder).Files);
    }

    private ImmutableSortedSet<string> Publish(params string[] listed)
    {
        var file = Path.Combine(History, "published.txt");
        var folder = FolderState.Of(Folder, TimeProvider.System);
        var record = PublishRecord.Read(file, Folder).With(EarlierList.Take(History), folder);
        record.Next(listed.ToHashSet(), folder).Write(file, Folder);
        return record.LeftOver(listed.ToHashSet(), folder);
    }

    private void Write(params string[] names)
    {
        foreach (var path in names.Select(name => Path.Combine(Folder, name)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "content");
        }
    }

    // With another size, for the clock of a file system may not have moved on.
    private void Rewrite(string name) => File.AppendAllText(Path.Combine(Folder, name), " of somebody else");
}
