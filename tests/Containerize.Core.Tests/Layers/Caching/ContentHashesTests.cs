using Containerize.Entries;
using Containerize.Layers.Caching;
using Microsoft.Extensions.Time.Testing;

namespace Containerize.Core.Tests.Layers.Caching;

public sealed class ContentHashesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("containerize-hashes-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Remembered => Path.Combine(_root, "hashes.txt");

    [Fact]
    public void An_unchanged_file_is_not_read_again()
    {
        var path = Write("one");
        var hash = Hash(path);
        var lines = File.ReadAllText(Remembered);
        // What is remembered counts, which only a wrong memory shows.
        File.WriteAllText(Remembered, lines.Replace(hash, new string('0', 64), StringComparison.Ordinal));
        Assert.Equal(new string('0', 64), Hash(path));
    }

    [Fact]
    public void What_was_hashed_ahead_is_not_read_again_unless_the_file_changed()
    {
        var (kept, changed) = (Write("one"), Path.Combine(_root, "changed"));
        File.Copy(kept, changed);
        var ahead = Read();
        ahead.HashAhead([kept, changed, Path.Combine(_root, "missing")], TestContext.Current.CancellationToken);
        ahead.Write();
        // Only a wrong memory shows what counts.
        File.WriteAllText(
            Remembered,
            File.ReadAllText(Remembered).Replace(HashOf("one"), new string('0', 64), StringComparison.Ordinal)
        );
        var wrong = Read();
        wrong.HashAhead([kept, changed], TestContext.Current.CancellationToken);
        File.WriteAllText(changed, "two");
        File.SetLastWriteTimeUtc(changed, Old(1));
        File.Delete(Remembered);
        var run = Read();
        run.LearnFrom(wrong);
        Assert.Equal(new string('0', 64), run.Of(FileContent.FromFile(kept)));
        Assert.Equal(HashOf("two"), run.Of(FileContent.FromFile(changed)));

        ContentHashes Read() =>
            ContentHashes.Read(Remembered, new FakeTimeProvider(DateTimeOffset.UtcNow + TimeSpan.FromHours(1)));
    }

    [Theory]
    [InlineData("longer", 1)]
    [InlineData("two", 2)]
    [InlineData("two", 1)]
    public void A_file_of_another_size_or_time_is_read_again_and_one_whose_time_was_set_back(string content, int hours)
    {
        var path = Write("one");
        var hash = Hash(path);
        File.WriteAllText(path, content);
        File.SetLastWriteTimeUtc(path, Old(hours));
        Assert.NotEqual(hash, Hash(path));
    }

    [Fact]
    public void A_file_that_took_the_place_of_another_is_read_again()
    {
        var path = Write("one");
        var hash = Hash(path);
        File.WriteAllText(path + ".new", "two");
        File.SetLastWriteTimeUtc(path + ".new", Old(1));
        File.Move(path + ".new", path, overwrite: true);
        Assert.NotEqual(hash, Hash(path));
    }

    [Fact]
    public void A_file_that_was_changed_just_now_is_not_remembered()
    {
        var path = Write("one");
        Hash(path, TimeSpan.Zero);
        Assert.Empty(File.ReadAllText(Remembered));
        Hash(path);
        Assert.NotEmpty(File.ReadAllText(Remembered));
    }

    [Fact]
    public void A_run_knows_each_file_as_it_was_when_it_was_first_hashed()
    {
        var path = Write("one");
        var hashes = ContentHashes.Read(
            Remembered,
            new FakeTimeProvider(DateTimeOffset.UtcNow + TimeSpan.FromHours(1))
        );
        var hash = hashes.Of(FileContent.FromFile(path));
        Assert.True(hashes.IsUntouched(path));
        File.WriteAllText(path, "two");
        Assert.Equal(hash, hashes.Of(FileContent.FromFile(path)));
        Assert.False(hashes.IsUntouched(path));
        Assert.NotEqual(hash, Hash(path));
    }

    [Fact]
    public void A_damaged_memory_is_an_empty_one()
    {
        var path = Write("one");
        var hash = Hash(path);
        File.WriteAllText(Remembered, "what is this\n\0\n" + new string('a', 64) + " -1 x y\n");
        Assert.Equal(hash, Hash(path));
    }

    // An hour later, when all that was written before is settled.
    private string Hash(string path) => Hash(path, TimeSpan.FromHours(1));

    private string Hash(string path, TimeSpan later)
    {
        var hashes = ContentHashes.Read(Remembered, new FakeTimeProvider(DateTimeOffset.UtcNow + later));
        var hash = hashes.Of(FileContent.FromFile(path));
        hashes.Write();
        return hash;
    }

    private static string HashOf(string text) =>
        Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text))
        );

    private static readonly DateTime Now = DateTime.UtcNow;

    private static DateTime Old(int hours) => Now.AddHours(-hours);

    private string Write(string content)
    {
        var path = Path.Combine(_root, "file");
        File.WriteAllText(path, content);
        File.SetLastWriteTimeUtc(path, Old(1));
        return path;
    }
}
