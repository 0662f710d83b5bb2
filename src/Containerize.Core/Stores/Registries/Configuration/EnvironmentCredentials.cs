namespace Containerize.Stores.Registries.Configuration;

/// <summary>
/// Credentials in variables, with the SDK's names and precedence: those for pushing or for pulling come first, those for
/// both after them, and those for both are not for pulling from a registry that is not pushed to.
/// </summary>
public sealed class EnvironmentCredentials(HostEnvironment environment) : ICredentialSource
{
    public Task<Credential?> FindAsync(CredentialRequest request, CancellationToken cancellationToken)
    {
        var isOutput = request.Push || environment.OutputRegistries.Contains(request.Registry, StringComparer.OrdinalIgnoreCase);
        return Task.FromResult(Find(request.Push ? "DOTNET_CONTAINER_PUSH_REGISTRY" : "DOTNET_CONTAINER_PULL_REGISTRY")
            ?? (isOutput ? Find("DOTNET_CONTAINER_REGISTRY") ?? Find("SDK_CONTAINER_REGISTRY") : null));
    }

    private Credential? Find(string prefix) =>
        environment.Variable(prefix + "_UNAME") is { } username && environment.Variable(prefix + "_PWORD") is { } password
            ? new Credential(username, password, $"{prefix}_UNAME and {prefix}_PWORD") : null;
}
