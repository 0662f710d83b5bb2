using System.Net;
using Containerize.Diagnostics;
using Containerize.Http;
using Containerize.Images;

namespace Containerize.Stores.Registries.Client;

/// <summary>What names in registries mean now, asked without fetching anything (distribution-spec, "Checking if content
/// exists").</summary>
public static class RegistryNames
{
    /// <summary>
    /// Whether every tag still resolves to the same digest. A fault of a registry counts as no: the whole build that
    /// follows reports it.
    /// </summary>
    public static async Task<bool> StillMeanAsync(
        this RegistryClient client,
        IEnumerable<NamedDigest> names,
        CancellationToken cancellationToken
    )
    {
        var answers = await Task.WhenAll(
                names.Select(name =>
                    client.StillMeansAsync(
                        name,
                        new RegistryAccess(name.Name.Repository, Push: false),
                        cancellationToken
                    )
                )
            )
            .ConfigureAwait(false);
        return answers.All(answer => answer);
    }

    internal static async Task<bool> StillMeansAsync(
        this RegistryClient client,
        NamedDigest named,
        RegistryAccess access,
        CancellationToken cancellationToken
    )
    {
        foreach (var place in named.ThroughMirrors ? client.Options.Mirrors(named.Name) : [named.Name])
        {
            if (await client.AskAsync(place, access, cancellationToken).ConfigureAwait(false) is { } digest)
                return digest == named.Digest.ToString();
        }

        return false;
    }

    private static async Task<string?> AskAsync(
        this RegistryClient client,
        ImageReference name,
        RegistryAccess access,
        CancellationToken cancellationToken
    )
    {
        var request = new RegistryRequest(
            HttpMethod.Head,
            $"/v2/{name.Repository}/manifests/{name.TagOrDigest}",
            access with
            {
                Repository = name.Repository,
            }
        )
        {
            Accept = RegistryDocument.Accepted,
        };
        try
        {
            using var response = await client
                .Connection(name.Registry)
                .SendAsync(request, cancellationToken)
                .ConfigureAwait(false);
            return response.StatusCode == HttpStatusCode.OK ? RegistryDocument.Digest(response) : null;
        }
        catch (Exception exception) when (exception is ContainerizeException or TransientException)
        {
            client.Options.Log($"{name.Registry} does not say what {name} is: {exception.Message}");
            return null;
        }
    }
}
