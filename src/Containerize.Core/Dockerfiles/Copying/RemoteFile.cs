using Containerize.Diagnostics;
using Containerize.Dockerfiles.Syntax;
using Containerize.Entries;
using Containerize.Images;

namespace Containerize.Dockerfiles.Copying;

/// <summary>What <c>ADD</c> names by a URL.</summary>
internal static class RemoteFile
{
    /// <summary>The mode of a file that came from elsewhere: for its owner alone, as BuildKit has it.</summary>
    public const int Mode = 0b110_000_000;

    /// <summary>Whether a source is a URL.</summary>
    public static bool IsUrl(string text) =>
        text.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a source is a repository of git, which BuildKit would clone.</summary>
    public static bool IsGit(string text) =>
        text.StartsWith("git@", StringComparison.Ordinal)
        || text.StartsWith("git://", StringComparison.Ordinal)
        || text.StartsWith("ssh://", StringComparison.Ordinal)
        || (
            IsUrl(text)
            && Uri.TryCreate(text, UriKind.Absolute, out var url)
            && url.AbsolutePath.EndsWith(".git", StringComparison.Ordinal)
        );

    /// <summary>The name that the file has in a folder: the last of the URL's path; null for none.</summary>
    public static string? NameOf(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed)
        && Uri.UnescapeDataString(parsed.AbsolutePath).Split('/')[^1] is { Length: > 0 } name
        && name is not ("." or "..")
            ? name
            : null;

    /// <summary>Fetches the file.</summary>
    /// <param name="syntax">The instruction, for errors.</param>
    /// <param name="word">The URL as it is written.</param>
    /// <param name="url">The URL.</param>
    /// <param name="checksum">What its digest must be; null for anything.</param>
    /// <param name="http">Fetches it.</param>
    /// <param name="folder">The absolute path of a folder for it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ContainerizeException">CTZ0133, CTZ0134.</exception>
    public static async Task<FileContent> FetchAsync(
        CopySyntax syntax,
        SourceWord word,
        string url,
        string? checksum,
        HttpClient http,
        string folder,
        CancellationToken cancellationToken
    )
    {
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        Digest digest;
        try
        {
            Directory.CreateDirectory(folder);
            using var response = await http.GetAsync(
                    new Uri(url),
                    HttpCompletionOption.ResponseHeadersRead,
                    cancellationToken
                )
                .ConfigureAwait(false);
            response.EnsureSuccessStatusCode();
            var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            await using (file.ConfigureAwait(false))
            {
                using var hashing = new HashingStream(file);
                await response.Content.CopyToAsync(hashing, cancellationToken).ConfigureAwait(false);
                digest = hashing.Finish();
            }
        }
        catch (Exception exception)
            when (FullDisk.Of(exception) is null
                && (
                    exception is HttpRequestException or IOException or UriFormatException
                    || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                )
            )
        {
            throw syntax.Line.Source.Error(
                DiagnosticTable.AddUrlFailed,
                word.Position,
                $"'{url}' cannot be fetched: {exception.Message}",
                exception
            );
        }

        if (checksum is not null && digest.ToString() != checksum)
            throw syntax.Line.Source.Error(
                DiagnosticTable.AddChecksum,
                word.Position,
                $"'{url}' gave {digest}, and --checksum says {checksum}. Somebody changed the file there: look "
                    + "what it is before you write the new digest."
            );
        return FileContent.FromFile(path) with { Where = url };
    }
}
