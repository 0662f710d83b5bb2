using System.Globalization;
using System.Text;
using Containerize.IO;

namespace Containerize.Packages.Formats;

/// <summary>A member of an <c>ar</c> archive, the outer form of a package file (deb(5)).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Offset">Where its bytes begin.</param>
/// <param name="Length">How many it has.</param>
internal sealed record ArMember(string Name, long Offset, long Length)
{
    private const int HeaderLength = 60;

    /// <summary>The members of an archive in their order.</summary>
    /// <exception cref="InvalidDataException">It is no ar archive, or is cut off.</exception>
    public static List<ArMember> ReadAll(Stream stream)
    {
        Span<byte> magic = stackalloc byte[8];
        if (stream.ReadAtLeast(magic, 8, throwOnEndOfStream: false) < 8 || !magic.SequenceEqual("!<arch>\n"u8))
            throw new InvalidDataException("it is no ar archive");
        var members = new List<ArMember>();
        Span<byte> header = stackalloc byte[HeaderLength];
        for (var at = 8L; at < stream.Length; )
        {
            stream.Position = at;
            stream.ReadExactly(header);
            var size = Encoding.ASCII.GetString(header[48..58]).Trim();
            if (
                !header[58..].SequenceEqual("`\n"u8)
                || !long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || at + HeaderLength + length > stream.Length
            )
                throw new InvalidDataException($"the header at {at} is damaged");
            members.Add(new(Encoding.ASCII.GetString(header[..16]).Trim().TrimEnd('/'), at + HeaderLength, length));
            // Members begin at even places.
            at += HeaderLength + length + (length & 1);
        }

        return members;
    }

    /// <summary>The bytes of the member.</summary>
    /// <param name="path">The archive.</param>
    public Stream Open(string path) => new FilePart(path, Offset, Length);
}
