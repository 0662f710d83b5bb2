using System.Collections.Immutable;
using System.Net;
using Containerize.Diagnostics;
using Containerize.Http;
using Containerize.Images;
using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;

namespace Containerize.Attestations.Registries;

/// <summary>A registry's own list of referrers, page by page (distribution-spec, "Listing Referrers").</summary>
/// <param name="registry">The registry as references name it.</param>
/// <param name="repository">The repository.</param>
/// <param name="client">The run's client.</param>
internal sealed class ReferrerList(string registry, string repository, RegistryClient client)
{
    // A page has a dozen entries at least; more pages than this lead in a circle.
    private const int MostPages = 1_000;

    private readonly RegistryAccess _read = new(repository, Push: false);

    /// <summary>All entries; null where the registry has no list, which any answer but 200 with an index
    /// means.</summary>
    /// <param name="subject">The digest of the image.</param>
    /// <param name="broken">Makes the error for a list that is wrong.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The refusal, too, where the list may not be read.</returns>
    /// <exception cref="ContainerizeException">The one of <paramref name="broken"/>, CTZ0030 to CTZ0039.</exception>
    public async Task<(ImmutableArray<Descriptor>? All, ContainerizeException? Refusal)> ReadAsync(
        Digest subject,
        Func<string, ContainerizeException> broken,
        CancellationToken cancellationToken
    )
    {
        var all = ImmutableArray.CreateBuilder<Descriptor>();
        var path = $"/v2/{repository}/referrers/{subject}";
        for (var pages = 1; path is not null; pages++)
        {
            var (index, next, refusal) = await PageAsync(path, cancellationToken).ConfigureAwait(false);
            if (index is null)
                return pages == 1 ? (null, refusal) : throw refusal ?? broken($"page {pages} of the list is no index");
            all.AddRange(index.Manifests);
            if (all.Count > Referrers.Most || pages > MostPages)
                throw broken($"the list has more than {Referrers.Most} entries, or no end");
            path = next;
        }

        return (all.ToImmutable(), null);
    }

    private Task<(ImageIndex? Index, string? Next, ContainerizeException? Refusal)> PageAsync(
        string path,
        CancellationToken cancellationToken
    ) =>
        client.RetryAsync<(ImageIndex?, string?, ContainerizeException?)>(
            async _ =>
            {
                var request = new RegistryRequest(HttpMethod.Get, path, _read) { Accept = [MediaTypes.OciIndex] };
                var connection = client.Connection(registry);
                using var response = await connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
                if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                    return (
                        null,
                        null,
                        await connection.RefusedAsync(response, _read, cancellationToken).ConfigureAwait(false)
                    );
                return response.StatusCode == HttpStatusCode.OK
                    ? (
                        IndexOf(await BodyAsync(response, cancellationToken).ConfigureAwait(false)),
                        NextOf(response),
                        null
                    )
                    : (null, null, null);
            },
            cancellationToken
        );

    private async Task<byte[]> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var (bytes, more) = await ResponseBody
            .ReadAsync(response, RegistrySource.LargestManifest, client.Options, cancellationToken)
            .ConfigureAwait(false);
        return more ? [] : bytes;
    }

    /// <summary>An index; null for anything else: a web site answers 200 to everything, too.</summary>
    public static ImageIndex? IndexOf(byte[] bytes)
    {
        try
        {
            return ImageIndex.Parse(bytes, MediaTypes.OciIndex, "The list of referrers");
        }
        catch (ContainerizeException)
        {
            return null;
        }
    }

    // Only ever a path on the same registry, whatever host the link names.
    private string? NextOf(HttpResponseMessage response)
    {
        if (
            !response.Headers.NonValidated.TryGetValues("Link", out var values)
            || values.FirstOrDefault() is not { } link
            || !link.Contains("rel=\"next\"", StringComparison.OrdinalIgnoreCase)
        )
            return null;
        var (start, end) = (link.IndexOf('<', StringComparison.Ordinal), link.IndexOf('>', StringComparison.Ordinal));
        return
            start >= 0
            && end > start
            && Uri.TryCreate(response.RequestMessage!.RequestUri!, link[(start + 1)..end], out var url)
            && url.AbsolutePath.StartsWith($"/v2/{repository}/referrers/", StringComparison.Ordinal)
            ? url.PathAndQuery
            : null;
    }
}
