using System.Security.Cryptography;
using System.Text;
using Containerize.Images;

namespace Containerize.Dockerfiles.StepCaching;

/// <summary>What a step's layer follows from, as one hash: equal keys, equal layers.</summary>
/// <param name="Hex">SHA-256 in hexadecimal.</param>
internal sealed record StepKey(string Hex)
{
    /// <summary>The key of some texts, in order.</summary>
    public static StepKey Of(params IEnumerable<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            // Its length before each part, so that no two lists of parts give the same bytes.
            var bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.LongLength));
            hash.AppendData(bytes);
        }

        return new StepKey(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>What tells the files of an image from those of any other.</summary>
    public static string OfFiles(Image image) => string.Join(' ', image.Layers.Select(layer => layer.DiffId));
}
