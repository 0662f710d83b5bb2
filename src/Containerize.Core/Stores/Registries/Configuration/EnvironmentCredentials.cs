using System.Collections.Immutable;
using Containerize.Diagnostics;

namespace Containerize.Stores.Registries.Configuration;

/// <summary>
/// Credentials in variables, with the SDK's names and precedence: those for pushing or for pulling come first, those
/// for both after them, and those for both are not for pulling from a registry that is not pushed to.
/// </summary>
/// <remarks>
/// A name and a password do not say which registry they are for. With the SDK a run has one base and one output, here a
/// Dockerfile may name any number of registries, and its author would get the password. So they go to the
/// registry of the base and to the one that is pushed to, as with the SDK, and nowhere else; <c>…_HOST</c> beside them
/// names other hosts.
/// </remarks>
internal sealed class EnvironmentCredentials(MachineEnvironment environment) : ICredentialSource
{
    /// <inheritdoc/>
    public Task<Credential?> FindAsync(CredentialRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(
            (
                request.Push
                    ? Find("DOTNET_CONTAINER_PUSH_REGISTRY", environment.OutputRegistries, request)
                    : Find("DOTNET_CONTAINER_PULL_REGISTRY", environment.BaseRegistries, request)
            )
                ?? Find("DOTNET_CONTAINER_REGISTRY", environment.OutputRegistries, request)
                ?? Find("SDK_CONTAINER_REGISTRY", environment.OutputRegistries, request)
        );

    // A secret that a pipeline does not give to a job is an empty variable there. To pull, everybody's rights may do.
    private Credential? Find(string prefix, ImmutableArray<string> usual, CredentialRequest request)
    {
        if (
            environment.Variable(prefix + "_UNAME") is not { } username
            || !Hosts(prefix, usual).Contains(request.Registry, StringComparer.OrdinalIgnoreCase)
        )
            return null;
        if (environment.Variable(prefix + "_PWORD") is { } password)
            return new Credential(username, password, $"{prefix}_UNAME and {prefix}_PWORD");
        return !request.Push
            ? null
            : throw new ContainerizeException(
                DiagnosticTable.PasswordMissing,
                $"{prefix}_UNAME is '{username}', and {prefix}_PWORD is empty or not set, so {request.Registry} "
                    + "cannot be pushed to. "
                    + "Set both, or neither to use what 'docker login' stored."
            );
    }

    // One password for several registries is for one of them only, as far as anybody can tell.
    private ImmutableArray<string> Hosts(string prefix, ImmutableArray<string> usual) =>
        environment.Variable(prefix + "_HOST") is { } hosts ? SettingList.Parse(hosts)
        : usual.Distinct(StringComparer.OrdinalIgnoreCase).Take(2).ToImmutableArray() is [var only] ? [only]
        : [];
}
