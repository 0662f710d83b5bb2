using Containerize.Diagnostics;

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
        return Task.FromResult(Find(request.Push ? "DOTNET_CONTAINER_PUSH_REGISTRY" : "DOTNET_CONTAINER_PULL_REGISTRY", request)
            ?? (isOutput ? Find("DOTNET_CONTAINER_REGISTRY", request) ?? Find("SDK_CONTAINER_REGISTRY", request) : null));
    }

    // A secret that a pipeline does not give to a job is an empty variable there. To pull, everybody's rights may do.
    private Credential? Find(string prefix, CredentialRequest request) => (environment.Variable(prefix + "_UNAME"), environment.Variable(prefix + "_PWORD")) switch
    {
        ({ } username, { } password) => new Credential(username, password, $"{prefix}_UNAME and {prefix}_PWORD"),
        ({ } username, null) when request.Push => throw new ContainerizeException(DiagnosticTable.PasswordMissing,
            $"{prefix}_UNAME is '{username}', and {prefix}_PWORD is empty or not set, so {request.Registry} cannot be pushed to. Set both, or neither to use what 'docker login' stored."),
        _ => null,
    };
}
