using System.Collections.Immutable;
using System.Text;
using Containerize.Diagnostics;

namespace Containerize.Stores.Registries.Configuration;

/// <summary>A place that a credentials file may be in; read when a registry wants credentials, once.</summary>
internal sealed class AuthFileSource : ICredentialSource
{
    private readonly MachineEnvironment _environment;
    private readonly Lazy<AuthFile?> _file;

    private AuthFileSource(MachineEnvironment environment, Func<AuthFile?> read)
    {
        _environment = environment;
        _file = new Lazy<AuthFile?>(read);
    }

    /// <summary>
    /// All places, in the order of go-containerregistry: <c>DOCKER_AUTH_CONFIG</c> (its value is the file), Docker's
    /// config file, Podman's. A variable that names a place replaces the usual ones of its kind.
    /// </summary>
    public static ImmutableArray<ICredentialSource> All(MachineEnvironment environment)
    {
        var docker = MachineEnvironment.Below(
            environment.Variable("DOCKER_CONFIG") ?? MachineEnvironment.Below(environment.Home, ".docker"),
            "config.json"
        );
        string?[] podman = environment.Variable("REGISTRY_AUTH_FILE") is { } named
            ? [named]
            :
            [
                MachineEnvironment.Below(environment.Variable("XDG_RUNTIME_DIR"), "containers", "auth.json"),
                environment.Config("containers", "auth.json"),
            ];
        return
        [
            new AuthFileSource(environment, () => FromVariable(environment)),
            .. podman
                .Prepend(docker)
                .OfType<string>()
                .Select(path => new AuthFileSource(environment, () => Read(path))),
        ];
    }

    /// <inheritdoc/>
    public async Task<Credential?> FindAsync(CredentialRequest request, CancellationToken cancellationToken)
    {
        if (_file.Value is not { } file)
            return null;
        var helper =
            file.Helper(request.Registry, request.Repository)
            ?? (file.Store is { } store ? (store, AuthFile.ServerOf(request.Registry)) : null);
        if (
            helper is ({ Length: > 0 } name, var server)
            && await AskAsync(name, server, request, cancellationToken).ConfigureAwait(false) is { } credential
        )
            return credential;
        return file.Find(request.Registry, request.Repository);
    }

    // Most pulls need no credentials: a helper that was uninstalled must not stand in their way.
    private async Task<Credential?> AskAsync(
        string name,
        string server,
        CredentialRequest request,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await new CredentialHelper(name, _environment)
                .GetAsync(server, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (ContainerizeException exception) when (!request.Push)
        {
            _environment.Warn($"{exception.Message} Going on without.");
            return null;
        }
    }

    // As Docker does: what it cannot read there it does not mention.
    private static AuthFile? FromVariable(MachineEnvironment environment)
    {
        try
        {
            return environment.Variable("DOCKER_AUTH_CONFIG") is { } text
                ? AuthFile.Parse(Encoding.UTF8.GetBytes(text), "DOCKER_AUTH_CONFIG")
                : null;
        }
        catch (ContainerizeException exception)
        {
            environment.Warn(exception.Message);
            return null;
        }
    }

    private static AuthFile? Read(string path)
    {
        try
        {
            return File.Exists(path) ? AuthFile.Parse(File.ReadAllBytes(path), path) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ContainerizeException(
                DiagnosticTable.InvalidAuthFile,
                $"Credentials cannot be read from {path}: {exception.Message} Check the file's rights.",
                exception
            );
        }
    }
}
