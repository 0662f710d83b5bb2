using System.Globalization;
using System.Security.Cryptography;
using Containerize.Entries;

namespace Containerize.Publishing.Files;

/// <summary>
/// The times of files in layers. Web servers make a static file's ETag of its time and length, wherever it lies: with
/// one time for all, a changed file of the same length would keep its ETag, and browsers their old copy. So the time of
/// a file follows from its content. Only an assembly that the app itself loads has the image's time: it is not served,
/// and programs take it for the time that they were built at.
/// </summary>
/// <param name="created">The image's time.</param>
/// <param name="hashOf">The SHA-256 of a content in hexadecimal; null to compute it.</param>
internal sealed class FileTimes(DateTimeOffset created, Func<FileContent, string>? hashOf = null)
{
    /// <summary>The folder of static files, relative to the publish folder, with its slash.</summary>
    public const string Assets = "wwwroot/";

    // Recent enough that browsers, which keep a file for a tenth of its age, do not keep it for years.
    private static readonly DateTimeOffset Start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The image's time: of folders, and of links that lead to no file.</summary>
    public DateTimeOffset Created => created;

    /// <summary>The time of a file.</summary>
    /// <param name="content">What is in it.</param>
    /// <param name="kind">What it is by its first bytes.</param>
    /// <param name="isAsset">Whether it is served whatever it is, since it lies below <see cref="Assets"/>.</param>
    /// <returns>2025-01-01 and as many seconds as the first three bytes of the content's SHA-256 say; of an assembly
    /// the image's time.</returns>
    public DateTimeOffset Of(FileContent content, FileKind kind, bool isAsset) =>
        kind.IsAssembly && !isAsset
            ? created
            : Start.AddSeconds(
                int.Parse(Hash(content).AsSpan(0, 6), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            );

    private string Hash(FileContent content)
    {
        if (hashOf is not null)
            return hashOf(content);
        using var stream = content.Open();
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
