using Containerize.Caching;
using Containerize.Layers;

namespace Containerize.Core.Tests.Caching;

public sealed class ContentHashesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("containerize-hashes-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Remembered => Path.Combine(_root, "hashes.txt");

    [Fact]
    public void An_unchanged_file_is_not_read_again()
    {
        var path = Write("one", hours: 1);
        var hash = Hash(path);
        File.WriteAllText(path, "two");
        File.SetLastWriteTimeUtc(path, Old(1));
        Assert.Equal(hash, Hash(path));
    }

    [Theory]
    [InlineData("longer", 1)]
    [InlineData("two", 2)]
    public void A_file_of_another_size_or_time_is_read_again(string content, int hours)
    {
        var path = Write("one", hours: 1);
        var hash = Hash(path);
        File.WriteAllText(path, content);
        File.SetLastWriteTimeUtc(path, Old(hours));
        Assert.NotEqual(hash, Hash(path));
    }

    [Fact]
    public void A_file_that_was_changed_just_now_is_not_remembered()
    {
        var path = Write("one", hours: 0);
        var time = File.GetLastWriteTimeUtc(path);
        var hash = Hash(path);
        File.WriteAllText(path, "two");
        File.SetLastWriteTimeUtc(path, time);
        Assert.NotEqual(hash, Hash(path));
    }

    [Fact]
    public void A_damaged_memory_is_an_empty_one()
    {
        var path = Write("one", hours: 1);
        var hash = Hash(path);
        File.WriteAllText(Remembered, "what is this\n\0\n" + new string('a', 64) + " -1 x y\n");
        Assert.Equal(hash, Hash(path));
    }

    private string Hash(string path)
    {
        var hashes = ContentHashes.Read(Remembered, TimeProvider.System);
        var hash = hashes.Of(FileContent.FromFile(path));
        hashes.Write();
        return hash;
    }

    private static readonly DateTime Now = DateTime.UtcNow;

    private static DateTime Old(int hours) => Now.AddHours(-hours);

    private string Write(string content, int hours)
    {
        var path = Path.Combine(_root, "file");
        File.WriteAllText(path, content);
        File.SetLastWriteTimeUtc(path, Old(hours));
        return path;
    }
}
