using System.Formats.Tar;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using System.Text;
using Containerize.TestKit.Images;

namespace Containerize.Tests.Images;

/// <summary>
/// Layer format 2 as the design promises it, checked from outside: order, owners, modes and times of the layers that
/// Containerize adds to a base.
/// </summary>
public static class LayerFormat
{
    private const int Program = 0x1ED;
    private const int Data = 0x1A4;
    private const int Link = 0x1FF;

    private static readonly DateTimeOffset Start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A failed test that lists every entry of the image's own layers that is not as promised.</summary>
    /// <param name="workingFolder">The image's working folder, without slashes at its ends.</param>
    /// <param name="epoch">The time of folders and assemblies, in seconds since 1970.</param>
    public static void AssertKept(OciLayout layout, string workingFolder = "app", long epoch = 0)
    {
        var violations = layout
            .OwnLayers()
            .SelectMany(layer =>
                Violations(layout, layer.Digest, workingFolder, DateTimeOffset.FromUnixTimeSeconds(epoch))
                    .Select(violation => $"{layer.Name}: {violation}")
            )
            .ToList();
        if (violations.Count > 0)
            Assert.Fail(string.Join('\n', violations));
    }

    private static IEnumerable<string> Violations(
        OciLayout layout,
        string digest,
        string workingFolder,
        DateTimeOffset epoch
    )
    {
        using (var file = File.OpenRead(layout.BlobPath(digest)))
        {
            var header = new byte[10];
            file.ReadExactly(header);
            // RFC 1952, 2.3: deflate, no flags, no time, no hint of a level, an unknown operating system.
            if (!header.AsSpan().SequenceEqual(new byte[] { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255 }))
                yield return $"its gzip header is {Convert.ToHexString(header)}";
        }
        byte[] last = [];
        var files = layout
            .ReadLayer(digest)
            .Where(entry => entry.EntryType == TarEntryType.RegularFile)
            .ToDictionary(FileTree.PathOf, entry => entry.ModificationTime);
        foreach (var entry in layout.ReadLayer(digest))
        {
            var path = FileTree.PathOf(entry);
            var bytes = Encoding.UTF8.GetBytes(path);
            if (last.AsSpan().SequenceCompareTo(bytes) >= 0)
                yield return $"{path} stands after {Encoding.UTF8.GetString(last)}";
            last = bytes;
            if (path != workingFolder && !path.StartsWith(workingFolder + "/", StringComparison.Ordinal))
                yield return $"{path} is not below the working folder";
            var names = entry is PosixTarEntry posix ? posix.UserName + posix.GroupName : "";
            if ((entry.Uid, entry.Gid, names) != (0, 0, ""))
                yield return $"{path} is owned by {entry.Uid}:{entry.Gid} '{names}'";
            var (mode, time) = Promised(entry, path, workingFolder, epoch, files);
            if ((int)entry.Mode != mode)
                yield return $"{path} has the mode {Octal((int)entry.Mode)}, not {Octal(mode)}";
            if (entry.ModificationTime != time)
                yield return $"{path} has the time {entry.ModificationTime:O}, not {time:O}";
        }
    }

    private static string Octal(int mode) => Convert.ToString(mode, 8);

    private static (int Mode, DateTimeOffset Time) Promised(
        TarEntry entry,
        string path,
        string workingFolder,
        DateTimeOffset epoch,
        Dictionary<string, DateTimeOffset> files
    )
    {
        if (entry.EntryType == TarEntryType.Directory)
            return (Program, epoch);
        if (entry.EntryType == TarEntryType.SymbolicLink)
            return (
                Link,
                files.GetValueOrDefault(Path.GetFullPath(entry.LinkName, "/" + Path.GetDirectoryName(path))[1..], epoch)
            );
        using var content = new MemoryStream();
        entry.DataStream?.CopyTo(content);
        var bytes = content.ToArray();
        var hash = SHA256.HashData(bytes);
        return (
            IsProgram(bytes) ? Program : Data,
            IsAssembly(bytes) && !path.StartsWith(workingFolder + "/wwwroot/", StringComparison.Ordinal)
                ? epoch
                : Start.AddSeconds((hash[0] << 16) | (hash[1] << 8) | hash[2])
        );
    }

    private static bool IsAssembly(byte[] content)
    {
        try
        {
            using var reader = new PEReader(new MemoryStream(content));
            return reader.PEHeaders.CorHeader is not null;
        }
        catch (BadImageFormatException)
        {
            return false;
        }
    }

    private static bool IsProgram(ReadOnlySpan<byte> content) =>
        content.StartsWith("\u007fELF"u8) || content.StartsWith("#!"u8);
}
