using System.Diagnostics;
using System.Runtime.Versioning;
using Containerize.Caching;
using Containerize.Core.Tests.Dockerfiles;
using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;

namespace Containerize.Core.Tests.Caching;

/// <summary>Where the cache may lie, and what becomes of it where it must not.</summary>
[SupportedOSPlatform("linux")]
public sealed class CachePlaceTests : IDisposable
{
    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _told = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_one_is_for_its_owner_alone()
    {
        foreach (
            var place in new[] { Choose(_folder["named"], null), Choose(null, _folder["home/.cache/containerize"]) }
        )
            Assert.Equal(OwnersOnly, File.GetUnixFileMode(place));
        Assert.Empty(_told);
    }

    [Fact]
    public void One_that_was_open_to_others_is_closed_unless_the_user_names_it()
    {
        var open = OwnersOnly | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        var usual = Directory.CreateDirectory(_folder["usual"]).FullName;
        File.SetUnixFileMode(usual, open);
        Assert.Equal(usual, Choose(usual, null));
        Assert.Equal(open, File.GetUnixFileMode(usual));
        Assert.Equal(usual, Choose(null, usual));
        Assert.Equal(OwnersOnly, File.GetUnixFileMode(usual));
        Assert.Contains("was open for everybody to write", Assert.Single(_told), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("file/below/it")]
    public void A_file_is_no_cache(string named)
    {
        File.WriteAllText(_folder["file"], "");
        foreach (var choose in new Action[] { () => Choose(_folder[named], null), () => Quietly(_folder[named]) })
        {
            var exception = Assert.Throws<ContainerizeException>(choose);
            Assert.Equal(DiagnosticTable.CacheIsFile, exception.Diagnostic);
            Assert.Contains($"'{_folder["file"]}' is a file", exception.Message, StringComparison.Ordinal);
        }

        void Quietly(string path) => CachePlace.FindQuietly(path, null);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not/absolute")]
    public void Without_a_home_it_lies_among_temporary_files_and_never_in_the_current_folder(string home)
    {
        var usual = CachePlace.OfUser(new Dictionary<string, string> { ["XDG_CACHE_HOME"] = home }, home);
        Assert.Null(usual);
        var place = Choose(null, usual);
        Assert.StartsWith(_folder["tmp"] + "/containerize-", place, StringComparison.Ordinal);
        Assert.Equal(OwnersOnly, File.GetUnixFileMode(place));
        Assert.Contains("HOME names none", Assert.Single(_told), StringComparison.Ordinal);
    }

    [Fact]
    public void Nor_does_it_lie_where_it_cannot_be_made_or_belongs_to_somebody_else()
    {
        File.WriteAllText(_folder["file"], "");
        Assert.StartsWith(_folder["tmp"], Choose(null, _folder["file/containerize"]), StringComparison.Ordinal);
        Assert.StartsWith(_folder["tmp"], Choose(null, OfSomebodyElse()), StringComparison.Ordinal);
        Assert.Contains("cannot be made", _told[0], StringComparison.Ordinal);
        Assert.Contains("belongs to the user with the number", _told[1], StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_the_user_names_and_that_cannot_be_used_is_not_silent()
    {
        Choose("/proc/no-cache", null);
        Choose("/proc/sys", null);
        Assert.Equal(2, _told.Count);
        Assert.Contains("'/proc/no-cache' cannot be made", _told[0], StringComparison.Ordinal);
        Assert.Contains("'/proc/sys' cannot be written", _told[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Where_others_were_first_among_temporary_files_it_is_of_this_run_alone()
    {
        var shared = Choose(null, null);
        Directory.Delete(shared);
        Directory.CreateSymbolicLink(shared, Directory.CreateDirectory(_folder["elsewhere"]).FullName);
        Assert.Equal(_folder["own"], Choose(null, null));
        Assert.Equal(_folder["own"], CachePlace.Choose(null, null, "tmp", () => _folder["own"], _told.Add).Path);
        Assert.Equal(
            _folder["own"],
            CachePlace.Choose(null, null, _folder["missing"], () => _folder["own"], _told.Add).Path
        );
    }

    [Fact]
    public void It_is_refused_in_a_folder_that_goes_into_the_image()
    {
        var publish = Directory.CreateDirectory(_folder["publish"]).FullName;
        Directory.CreateSymbolicLink(_folder["link"], publish);
        foreach (var cache in new[] { publish, publish + "/a/b", _folder["link/cache"] })
        {
            var exception = Assert.Throws<ContainerizeException>(() =>
                CachePlace.RefuseInside(cache, publish + "/", "the publish folder")
            );
            Assert.Equal(DiagnosticTable.CacheRefused, exception.Diagnostic);
        }

        CachePlace.RefuseInside(_folder["publish-not"], publish, "the publish folder");
        CachePlace.RefuseInside(_folder.Root, publish, "the publish folder");
    }

    [Theory]
    [InlineData("context", "context/.cache/containerize")]
    [InlineData("link", "context/.cache/containerize")]
    [InlineData("context", "link/.cache/containerize")]
    public async Task It_is_no_part_of_a_context_that_it_lies_in(string context, string cache)
    {
        using var build = new TestBuild().With("file", "text").With(".cache/other", "theirs");
        var root = Path.GetDirectoryName(build.Context)!;
        Directory.CreateSymbolicLink(Path.Combine(root, "link"), build.Context);
        var options = build.Options("FROM scratch\nCOPY . /\n") with
        {
            Context = Path.Combine(root, context),
            Cache = new CacheFolder(Path.Combine(root, cache)),
            WorkFolder = Path.Combine(build.Context, "work"),
        };
        for (var time = 0; time < 2; time++)
        {
            var image = (await options.RunAsync(TestContext.Current.CancellationToken)).Images[0].Image;
            Assert.Equal(
                ["d 755 0:0 /.cache", "f 644 0:0 /.cache/other theirs", "f 644 0:0 /file text"],
                await TestBuild.ListAsync(image)
            );
        }

        Assert.NotEmpty(Directory.GetFiles(Path.Combine(root, cache), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_context_that_is_the_cache_itself_is_refused()
    {
        using var build = new TestBuild().With("file", "text");
        var options = build.Options("FROM scratch\nCOPY . /\n") with { Cache = new CacheFolder(build.Context) };
        await TestImage.FailsAsync(
            DiagnosticTable.CacheRefused,
            () => options.RunAsync(TestContext.Current.CancellationToken)
        );
    }

    private string Choose(string? named, string? usual)
    {
        Directory.CreateDirectory(_folder["tmp"]);
        return CachePlace.Choose(named, usual, _folder["tmp"], () => _folder["own"], _told.Add).Path;
    }

    // For root a folder that was given away; for anybody else one of root's.
    private string OfSomebodyElse()
    {
        if (Environment.UserName != "root")
            return "/usr";
        var given = Directory.CreateDirectory(_folder["given"]).FullName;
        using var chown = Process.Start("chown", ["12345", given]);
        chown.WaitForExit();
        Assert.Equal(0, chown.ExitCode);
        return given;
    }
}
