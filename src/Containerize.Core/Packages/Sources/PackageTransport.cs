using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Http;
using Containerize.IO;

namespace Containerize.Packages.Sources;

/// <summary>Brings a file from a package source: from http, https or a folder; three tries where a further one may
/// help.</summary>
/// <param name="http">The client to fetch with.</param>
/// <param name="options">How.</param>
internal sealed class PackageTransport(HttpClient http, TransferOptions options)
{
    private const int Tries = 3;

    /// <summary>Writes what the URL has into a file.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="most">The number of bytes after which it ends, so that a server cannot fill the disk.</param>
    /// <param name="what">What is fetched, for errors.</param>
    /// <param name="work">Receives its progress.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether there was such a file.</returns>
    /// <exception cref="ContainerizeException">CTZ0072 when there is no answer, or another than the file or "not
    /// found".</exception>
    public async Task<bool> FetchAsync(
        Uri url,
        string path,
        long most,
        string what,
        Work? work,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return url.IsFile
                    ? await CopyFileAsync(url.LocalPath, path, most, work, cancellationToken).ConfigureAwait(false)
                    : await DownloadAsync(url, path, most, work, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception)
                when (!FullDisk.Is(exception)
                    && (
                        exception is HttpRequestException or IOException or UnauthorizedAccessException
                        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                    )
                )
            {
                if (
                    attempt == Tries
                    || exception is HttpRequestException { StatusCode: { } status }
                        && (int)status is >= 400 and < 500 and not 408 and not 429
                )
                    throw new ContainerizeException(
                        DiagnosticTable.PackageSourceUnreachable,
                        $"{what} could not be fetched: GET {AptSource.Display(url)} ended with: {Reason(exception)} "
                            + "Check the address and the network; set ContainerPackageSource items to use other "
                            + "sources than the machine's.",
                        exception
                    );
                await Task.Delay(TimeSpan.FromMilliseconds(250 * attempt * attempt), options.Time, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
    }

    private string Reason(Exception exception) =>
        exception is OperationCanceledException
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"nothing came for {options.StallLimit.TotalSeconds:0.#} seconds."
            )
            : exception.Message;

    private string? LoginOf(Uri url) =>
        url.UserInfo.Length > 0 ? Uri.UnescapeDataString(url.UserInfo)
        : options.Logins.Value.Of(url) is { } login ? $"{login.UserName}:{login.Password}"
        : null;

    private async Task<bool> DownloadAsync(
        Uri url,
        string path,
        long most,
        Work? work,
        CancellationToken cancellationToken
    )
    {
        using var guard = new StallGuard(options.StallLimit, options.Time, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (LoginOf(url) is { } login)
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic",
                Convert.ToBase64String(Encoding.UTF8.GetBytes(login))
            );
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, guard.Token)
            .ConfigureAwait(false);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
            return false;
        response.EnsureSuccessStatusCode();
        var source = await response.Content.ReadAsStreamAsync(guard.Token).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
            await WriteAsync(source, path, most, work, guard, guard.Token).ConfigureAwait(false);
        return true;
    }

    private async Task<bool> CopyFileAsync(
        string from,
        string path,
        long most,
        Work? work,
        CancellationToken cancellationToken
    )
    {
        if (!File.Exists(from))
            return false;
        var source = RegularFile.Open(from, 1 << 12);
        await using (source.ConfigureAwait(false))
            await WriteAsync(source, path, most, work, null, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task WriteAsync(
        Stream source,
        string path,
        long most,
        Work? work,
        StallGuard? guard,
        CancellationToken cancellationToken
    )
    {
        var target = new FileStream(path, FileMode.Create, FileAccess.Write);
        await using (target.ConfigureAwait(false))
        {
            var buffer = new byte[1 << 16];
            int read;
            // One byte too many is written, so that the file does not look like the right one.
            while (
                target.Length <= most
                && (read = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0
            )
            {
                guard?.Moved();
                await target
                    .WriteAsync(buffer.AsMemory(0, (int)Math.Min(read, most + 1 - target.Length)), cancellationToken)
                    .ConfigureAwait(false);
                if (work is not null)
                    options.Progress.Report(new WorkProgress(work, target.Length));
            }
        }
    }
}
