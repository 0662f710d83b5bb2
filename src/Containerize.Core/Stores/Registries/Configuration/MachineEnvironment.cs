using System.Collections;
using System.Collections.Immutable;
using System.Net;

namespace Containerize.Stores.Registries.Configuration;

/// <summary>What the machine and the user say about registries: variables, and the folders that configuration lies
/// in.</summary>
/// <param name="Variables">The environment.</param>
/// <param name="Home">The absolute path of the user's home; empty when there is none.</param>
public sealed record MachineEnvironment(IReadOnlyDictionary<string, string> Variables, string Home)
{
    // A type of System.Net.Http that is not public.
    private const string FrameworkProxyOfVariables = "HttpEnvironmentProxy";

    /// <summary>What a process has.</summary>
    /// <param name="variables">Its environment, with names and values of text.</param>
    /// <param name="home">The absolute path of the user's home; empty when there is none.</param>
    /// <param name="found">The proxy that .NET finds: that of the variables as they were when the process first asked,
    /// or without any that of the system's settings. Only the latter counts, for a process of MSBuild has other
    /// variables with each build.</param>
    public static MachineEnvironment Of(IDictionary variables, string home, Func<IWebProxy> found) =>
        new(
            variables
                .Cast<DictionaryEntry>()
                .ToDictionary(
                    pair => (string)pair.Key,
                    pair => (string?)pair.Value ?? "",
                    OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal
                ),
            home
        )
        {
            SystemProxy = () =>
                found() is { } proxy && proxy.GetType().Name != FrameworkProxyOfVariables ? proxy : null,
        };

    /// <summary>The absolute folder of the machine-wide configuration, <c>/etc</c> on Unix; empty when there is
    /// none.</summary>
    public string System { get; init; } = Path.DirectorySeparatorChar == '/' ? "/etc" : "";

    /// <summary>The registries that this run pushes to; credentials for pushing are good for pulling from them,
    /// too.</summary>
    public ImmutableArray<string> OutputRegistries { get; init; } = [];

    /// <summary>The registries of the bases that the project or the command line names; what a Dockerfile names is not
    /// one of them.</summary>
    public ImmutableArray<string> BaseRegistries { get; init; } = [];

    /// <summary>Receives faults that do not matter for now, such as a broken credential helper during a
    /// pull.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>The proxy of the system's settings, which Windows and macOS have; it counts where no variable names
    /// one. Null for none; asked for only when it counts.</summary>
    public Func<IWebProxy?> SystemProxy { get; init; } = () => null;

    /// <summary>The proxy for what is fetched; null for none.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0015 for a proxy that is no URL.</exception>
    public IWebProxy? Proxy => EnvironmentProxy.Create(this) ?? SystemProxy();

    /// <summary>A client for what is fetched by its URL, with the proxy of these variables: the one that .NET finds by
    /// itself stays what it was when the process first asked, and a process of MSBuild may outlive them.</summary>
    public HttpClient CreateClient() =>
        new(new SocketsHttpHandler { UseProxy = Proxy is not null, Proxy = Proxy }, disposeHandler: true);

    /// <summary>The variable's value; null when it is absent or empty.</summary>
    public string? Variable(string name) => Variables.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>The first of the variables that is set.</summary>
    public string? FirstVariable(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Variable(name) is { } value)
                return value;
        }

        return null;
    }

    /// <summary>A path below the user's configuration (XDG Base Directory Specification), or null without a
    /// home.</summary>
    public string? Config(params string[] names) => Below(Variable("XDG_CONFIG_HOME") ?? Below(Home, ".config"), names);

    /// <summary>A path below a folder; null without the folder.</summary>
    public static string? Below(string? folder, params string[] names) =>
        folder is { Length: > 0 } && Path.IsPathFullyQualified(folder) ? Path.Combine([folder, .. names]) : null;

    /// <summary>
    /// How registries are reached from here: credentials, certificates, proxies, mirrors and the SDK's own variables.
    /// Files are read now but for those with credentials, which are read when a registry wants some.
    /// </summary>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0015, CTZ0062 and CTZ0063 for what cannot be
    /// understood.</exception>
    public RegistryOptions ToOptions()
    {
        var mirrors = RegistriesConf.Read(this);
        var defaults = new RegistryOptions();
        return defaults with
        {
            Credentials = CredentialOrder.Of(this),
            Certificates = new CertificateFolders(this).For,
            Proxy = Proxy,
            Mirrors = mirrors.PlacesOf,
            InsecureRegistries = [.. Insecure(), .. mirrors.Insecure],
            ParallelUploads =
                FirstVariable("DOTNET_CONTAINER_REGISTRY_PARALLEL_UPLOAD", "SDK_CONTAINER_REGISTRY_PARALLEL_UPLOAD")
                    is { } parallel
                && bool.TryParse(parallel, out var several)
                && !several
                    ? 1
                    : defaults.ParallelUploads,
            ForceChunks =
                FirstVariable(
                    "DOTNET_CONTAINER_DEBUG_REGISTRY_FORCE_CHUNKED_UPLOAD",
                    "SDK_CONTAINER_DEBUG_REGISTRY_FORCE_CHUNKED_UPLOAD"
                )
                    is { } force
                && bool.TryParse(force, out var forced)
                && forced,
            ChunkSize =
                FirstVariable(
                    "DOTNET_CONTAINER_REGISTRY_CHUNKED_UPLOAD_SIZE_BYTES",
                    "SDK_CONTAINER_REGISTRY_CHUNKED_UPLOAD_SIZE_BYTES"
                )
                    is { } size
                && int.TryParse(size, global::System.Globalization.CultureInfo.InvariantCulture, out var bytes)
                && bytes > 0
                    ? bytes
                    : defaults.ChunkSize,
        };
    }

    // The SDK's code splits at ';', its documentation says ',' (sdk-container-builds#577): both, since no host holds
    // either.
    private string[] Insecure() =>
        (Variable("DOTNET_CONTAINER_INSECURE_REGISTRIES") ?? "").Split(
            [';', ','],
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
        );
}
