using System.Text;

namespace Containerize.Core.Tests.Layers.Caching;

/// <summary>Other bytes in a file that stays the same file, of the same length.</summary>
internal static class InPlace
{
    public static void Write(string file, string text) => Write(file, Encoding.UTF8.GetBytes(text));

    public static void Write(string file, byte[] bytes)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        Assert.Equal(stream.Length, bytes.Length);
        stream.Write(bytes);
    }
}
