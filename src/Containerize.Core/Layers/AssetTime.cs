using System.Security.Cryptography;

namespace Containerize.Layers;

/// <summary>
/// The time of a file below <c>wwwroot</c>. ASP.NET Core makes a static file's ETag of its time and length: with one
/// time for all, a changed file of the same length would keep its ETag and browsers their old copy. So the time follows
/// from the content.
/// </summary>
internal static class AssetTime
{
    /// <summary>The folder of static files, relative to the publish folder, with its slash.</summary>
    public const string Folder = "wwwroot/";

    // Recent enough that browsers, which keep a file for a tenth of its age, do not keep it for years.
    private static readonly DateTimeOffset Start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>2025-01-01 and as many seconds as the first three bytes of the content's SHA-256 say.</summary>
    public static DateTimeOffset Of(FileContent content)
    {
        using var stream = content.Open();
        var hash = SHA256.HashData(stream);
        return Start.AddSeconds((hash[0] << 16) | (hash[1] << 8) | hash[2]);
    }
}
