using System.Globalization;
using System.Security.Cryptography;
using Containerize.Diagnostics;
using Containerize.Entries;

namespace Containerize.Layers.Caching;

/// <summary>What a layer's bytes follow from, as one hash: equal keys, equal bytes.</summary>
/// <param name="Hex">SHA-256 in hexadecimal.</param>
public sealed record LayerKey(string Hex)
{
    /// <summary>The key of a layer that is to be written.</summary>
    /// <param name="plan">
    /// Its entries, each content with its <see cref="FileContent.Sha256"/> (<see cref="ContentHashes.Pin"/>).
    /// </param>
    /// <param name="encoding">How it is stored.</param>
    public static LayerKey Of(PlannedLayer plan, LayerEncoding encoding)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(encoding.Format);
        foreach (var entry in LayerWriter.InOrder(plan))
        {
            Add(entry.Path.Text);
            Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(int)entry.Kind} {entry.Mode} {entry.Uid} {entry.Gid} "
                        + $"{entry.ModificationTime.ToUnixTimeSeconds()}"
                )
            );
            Add(entry.LinkTarget ?? "");
            foreach (var (key, value) in entry.Records)
                Add($"{key}={value}");
            Add(
                entry.Content is null
                    ? ""
                    : entry.Content.Sha256
                        ?? throw new ArgumentException($"The content of '{entry.Path}' has no hash.", nameof(plan))
            );
            if (entry.Device != default)
                Add(string.Create(CultureInfo.InvariantCulture, $"device {entry.Device.Major} {entry.Device.Minor}"));
            foreach (var (name, value) in entry.ExtendedAttributes)
                Add($"attribute {name} {Convert.ToHexString(value.AsSpan())}");
        }

        return new LayerKey(Convert.ToHexStringLower(hash.GetHashAndReset()));

        // No field holds a NUL, so it tells fields apart.
        void Add(string text)
        {
            hash.AppendData(NameBytes.Encode(text));
            hash.AppendData([0]);
        }
    }
}
