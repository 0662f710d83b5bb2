using System.Collections.Immutable;

namespace Containerize.Stores.Registries.Configuration;

/// <summary>
/// Credentials in variables, with the SDK's names and precedence: those for pushing or for pulling come first, those for
/// both after them, and those for both are not for pulling from a registry that is not pushed to.
/// </summary>
/// <remarks>
/// A name and a password do not say which registry they are for. With the SDK a run has one base and one output, here a
/// Dockerfile may name any number of registries, and whoever writes it would get the password. So they go to the registry of the
/// base and to the one that is pushed to, as with the SDK, and nowhere else; <c>…_HOST</c> beside them names other hosts.
/// </remarks>
public sealed class EnvironmentCredentials(HostEnvironment environment) : ICredentialSource
{
    /// <inheritdoc/>
    public Task<Credential?> FindAsync(CredentialRequest request, CancellationToken cancellationToken) => Task.FromResult(
        (request.Push
            ? Find("DOTNET_CONTAINER_PUSH_REGISTRY", environment.OutputRegistries, request.Registry)
            : Find("DOTNET_CONTAINER_PULL_REGISTRY", environment.BaseRegistries, request.Registry))
        ?? Find("DOTNET_CONTAINER_REGISTRY", environment.OutputRegistries, request.Registry)
        ?? Find("SDK_CONTAINER_REGISTRY", environment.OutputRegistries, request.Registry));

    private Credential? Find(string prefix, ImmutableArray<string> usual, string registry) =>
        environment.Variable(prefix + "_UNAME") is { } username && environment.Variable(prefix + "_PWORD") is { } password
        && Hosts(prefix, usual).Contains(registry, StringComparer.OrdinalIgnoreCase)
            ? new Credential(username, password, $"{prefix}_UNAME and {prefix}_PWORD") : null;

    // One password for several registries is for one of them only, as far as anybody can tell.
    private ImmutableArray<string> Hosts(string prefix, ImmutableArray<string> usual) =>
        environment.Variable(prefix + "_HOST") is { } hosts
            ? [.. hosts.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]
            : usual.Distinct(StringComparer.OrdinalIgnoreCase).Take(2).ToImmutableArray() is [var only] ? [only] : [];
}
