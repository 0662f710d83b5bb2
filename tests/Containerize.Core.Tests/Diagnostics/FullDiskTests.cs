using Containerize.Compression;
using Containerize.Diagnostics;

namespace Containerize.Core.Tests.Diagnostics;

/// <summary>A full disk differs from every other fault of a file.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public void What_the_system_says_of_a_full_device_is_a_full_disk()
    {
        var exception = Assert.Throws<IOException>(Fill);
        Assert.True(FullDisk.Is(exception));
        Assert.False(Decompression.IsDamage(exception), "a full disk is no damage of what was read");
        var coded = FullDisk.Of(exception)!;
        Assert.Same(DiagnosticTable.DiskFull, coded.Diagnostic);
        Assert.Contains("/dev/full", coded.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_found_below_other_exceptions()
    {
        var full = Assert.Throws<IOException>(Fill);
        Assert.NotNull(
            FullDisk.Of(
                new AggregateException(
                    new InvalidDataException("other"),
                    new InvalidOperationException("wrapped", full)
                )
            )
        );
        Assert.Null(FullDisk.Of(new AggregateException(new InvalidDataException("other"))));
    }

    [Fact]
    public void Other_failures_are_left_as_they_are()
    {
        var missing = Assert.ThrowsAny<IOException>(() => File.OpenRead("/nonexistent/file"));
        Assert.Null(FullDisk.Of(missing));
        Assert.True(Decompression.IsDamage(missing));
        Assert.Null(FullDisk.Of(new UnauthorizedAccessException("no")));
        Assert.Null(
            FullDisk.Of(
                new ContainerizeException(
                    DiagnosticTable.FileUnreadable,
                    "already coded",
                    Assert.Throws<IOException>(Fill)
                )
            )
        );
    }

    private static void Fill()
    {
        using var file = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
        file.Write("x"u8);
    }
}
