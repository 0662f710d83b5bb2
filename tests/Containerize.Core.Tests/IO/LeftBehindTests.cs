using Containerize.Core.Tests.FileSystems;
using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.Stores.Archives;
using Containerize.Stores.RootFileSystems;

namespace Containerize.Core.Tests.IO;

/// <summary>What killed and failed runs leave beside outputs.</summary>
public sealed class LeftBehindTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_a_killed_run_left_beside_an_output_goes_with_the_next_and_nothing_else()
    {
        string[] names =
        [
            $".{Guid.NewGuid():N}.tmp",
            $".{Guid.NewGuid():N}.tmp",
            $".{Guid.NewGuid():N}.tmp",
            ".theirs.tmp",
            $"{Guid.NewGuid():N}.tmp",
        ];
        foreach (var (name, hours) in names.Zip([2, 2, 0, 2, 2]))
        {
            await File.WriteAllTextAsync(_folder[name], "half", TestContext.Current.CancellationToken);
            File.SetLastWriteTimeUtc(_folder[name], DateTime.UtcNow.AddHours(-hours));
        }

        // The second one is still being written, by a run that takes its time.
        await using (new FileStream(_folder[names[1]], FileMode.Open, FileAccess.Write, FileShare.None))
            await new ArchiveSink(_folder["image.tar"], [.. TestImage.Names("app:1")]).PushAsync(TestImage.Of("one"));
        Assert.Equal(
            [.. names[1..].Append("image.tar").Order(StringComparer.Ordinal)],
            Directory.GetFiles(_folder.Root).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_path_that_is_too_long_for_the_folder_is_refused_before_anything_is_written()
    {
        var longest = string.Join('/', Enumerable.Repeat(new string('d', 254), 16));
        var image = TestTar.Of([TestTar.File("file", "text"), TestTar.File(longest, "text")]);
        Assert.Contains(
            "too long",
            await TestImage.FailsAsync(
                DiagnosticTable.FolderRefused,
                () => new RootFolderSink(_folder["out"], keepsOwners: false).PushAsync(image)
            ),
            StringComparison.Ordinal
        );
        Assert.Empty(_folder.Snapshot());
    }
}
