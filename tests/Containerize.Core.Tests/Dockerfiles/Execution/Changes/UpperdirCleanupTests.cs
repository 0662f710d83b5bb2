using System.Formats.Tar;
using Containerize.Core.Tests.FileSystems;
using Containerize.Core.Tests.Stores;
using Containerize.Dockerfiles.Execution.Changes;
using Containerize.Entries;

namespace Containerize.Core.Tests.Dockerfiles.Execution.Changes;

/// <summary>When a folder that a command left may become an unpacked layer: never when a layer cannot say all that it
/// holds.</summary>
public class UpperdirCleanupTests
{
    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeSeconds(1_000_000_000);

    [Fact]
    public void Mount_points_are_removed_and_times_set()
    {
        var difference = Difference(
            without: "/etc/hosts",
            Directory("etc", 1),
            File("etc/hosts", 1),
            File("etc/new", 1),
            File("etc/old", -5)
        );
        Assert.Equal(["/etc/hosts"], difference!.Removed.Select(path => path.Text));
        Assert.Equal(["/etc", "/etc/new"], difference.Late.Select(path => path.Text).Order(StringComparer.Ordinal));
        Assert.Equal(["/up", "@1000000000", "./etc/hosts"], difference.Script("/up").Words);
    }

    [Theory]
    [InlineData("SCHILY.xattr.trusted.overlay.origin", true)]
    [InlineData("SCHILY.xattr.user.overlay.opaque", true)]
    [InlineData("SCHILY.xattr.security.selinux", true)]
    [InlineData("SCHILY.xattr.security.capability", true)]
    [InlineData("SCHILY.xattr.user.note", true)]
    [InlineData("SCHILY.xattr.trusted.note", false)]
    [InlineData("SCHILY.xattr.security.ima", false)]
    [InlineData("SCHILY.acl.access", false)]
    [InlineData("SCHILY.acl.default", false)]
    public void What_no_layer_has_is_in_the_way(string record, bool isTaken) =>
        Assert.Equal(
            isTaken,
            Difference(
                without: null,
                new PaxTarEntry(TarEntryType.RegularFile, "f", new Dictionary<string, string> { [record] = "x" })
                {
                    ModificationTime = Time.AddSeconds(1),
                }
            )
                is not null
        );

    [Fact]
    public void So_is_a_time_that_is_no_whole_second_and_older_than_the_rest() =>
        Assert.Null(Difference(without: null, File("f", -0.5)));

    [Fact]
    public void So_is_an_old_folder_in_which_something_was_mounted() =>
        Assert.Null(Difference(without: "/etc/hosts", Directory("etc", -5), File("etc/hosts", 1)));

    private static PaxTarEntry File(string path, double seconds) =>
        new(TarEntryType.RegularFile, path) { ModificationTime = Time.AddSeconds(seconds) };

    private static PaxTarEntry Directory(string path, double seconds) =>
        new(TarEntryType.Directory, path + "/") { ModificationTime = Time.AddSeconds(seconds) };

    private static UpperdirCleanup? Difference(string? without, params PaxTarEntry[] entries)
    {
        using var folder = new TemporaryFolder();
        System.IO.File.WriteAllBytes(folder["tar"], TestTar.Bytes(entries));
        using var handle = System.IO.File.OpenHandle(folder["tar"]);
        var changed = new UpperdirReader(handle, Time);
        var all = changed.Read(TestContext.Current.CancellationToken);
        return UpperdirCleanup.Of(
            changed,
            all,
            [.. all.Where(entry => entry.Path != ContainerPath.Parse(without ?? "/nothing"))],
            Time
        );
    }
}
