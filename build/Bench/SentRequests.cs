using System.Globalization;
using System.Text;

namespace Containerize.Bench;

/// <summary>Tells in what a client sends to a registry on one connection (HTTP/1.1) what is content.</summary>
internal sealed class SentRequests
{
    private readonly List<byte> _head = [];
    private long _left;
    private bool _isManifest;

    /// <summary>How much of the next bytes is content of blobs, and how much manifests.</summary>
    public (long Blobs, long Manifests) Read(ReadOnlySpan<byte> bytes)
    {
        var (blobs, manifests) = (0L, 0L);
        while (!bytes.IsEmpty)
        {
            if (_left == 0)
            {
                bytes = ReadHead(bytes);
                continue;
            }

            var count = (int)Math.Min(_left, bytes.Length);
            (blobs, manifests) = _isManifest ? (blobs, manifests + count) : (blobs + count, manifests);
            _left -= count;
            bytes = bytes[count..];
        }

        return (blobs, manifests);
    }

    private ReadOnlySpan<byte> ReadHead(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            _head.Add(bytes[i]);
            if (bytes[i] != '\n' || _head.Count < 4 || _head[^3] != '\n')
                continue;
            var lines = Encoding.ASCII.GetString([.. _head]).Split("\r\n");
            _head.Clear();
            if (Field(lines, "Transfer-Encoding") is not null)
                throw new InvalidOperationException($"The bench counts no content in chunks: {lines[0]}");
            _left = long.Parse(Field(lines, "Content-Length") ?? "0", CultureInfo.InvariantCulture);
            _isManifest = lines[0].Contains("/manifests/", StringComparison.Ordinal);
            return bytes[(i + 1)..];
        }

        return [];
    }

    private static string? Field(string[] lines, string name) =>
        lines
            .FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
            ?[(name.Length + 1)..].Trim();
}
