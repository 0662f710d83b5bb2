using System.Runtime.InteropServices;
using System.Text;
using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Execution;
using Containerize.Dockerfiles.Execution.Sandboxing;
using Containerize.Images;
using Containerize.IO;
using Containerize.Layers;
using Containerize.Packages;
using Containerize.Packages.Sources;
using Containerize.Stores;
using Containerize.Stores.Addresses;
using Containerize.Stores.Engines;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Configuration;
using Containerize.Tool.Output;

namespace Containerize.Tool;

/// <summary>The machine as the commands see it: everything that Core learns of it comes from here.</summary>
internal sealed class ToolHost : IDisposable
{
    private readonly Lazy<string> _temporary;
    private CacheFolder? _cache;

    public ToolHost(MachineEnvironment environment, string folder, Screen screen)
    {
        Environment = environment;
        Folder = folder;
        Screen = screen;
        _temporary = new Lazy<string>(() => TemporaryDirectory.Create(Path.GetTempPath(), "containerize-"));
    }

    /// <summary>Variables, and where configuration lies.</summary>
    public MachineEnvironment Environment { get; }

    /// <summary>The absolute folder that relative paths are relative to.</summary>
    public string Folder { get; }

    public Screen Screen { get; }

    /// <summary>The absolute folder of the program and of what it brings along.</summary>
    public static string ProgramFolder => AppContext.BaseDirectory;

    /// <summary>What this machine's engines run.</summary>
    public static Platform Machine =>
        Platform.OfProcessor(RuntimeInformation.OSArchitecture) ?? new Platform("linux", "amd64");

    /// <summary>What this machine offers for executing <c>RUN</c>.</summary>
    public RunnerMachine Runner =>
        RunnerMachine.Find(
            (Environment.Variable("PATH") ?? "").Split(Path.PathSeparator),
            UnixIdentity.OfThisProcess()
        );

    /// <summary>The absolute path of an empty folder that is gone when the run ends; made when it is first asked
    /// for.</summary>
    public string TemporaryFolder => _temporary.Value;

    public static ToolHost OfThisProcess()
    {
        var environment = MachineEnvironment.Of(
            System.Environment.GetEnvironmentVariables(),
            System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile),
            () => HttpClient.DefaultProxy
        );
        return new ToolHost(environment, Directory.GetCurrentDirectory(), Screen.OfThisProcess(environment));
    }

    /// <summary>An absolute path of what the user wrote.</summary>
    /// <exception cref="ContainerizeException">CTZ0390 for <c>~/…</c>.</exception>
    public string PathOf(string path)
    {
        WrittenPath.RefuseHome(path);
        return Path.GetFullPath(path, Folder);
    }

    /// <summary>The cache: in the folder that the user names, else in the platform's, else one that can be trusted
    /// (<see cref="CachePlace"/>).</summary>
    public CacheFolder Cache(string? folder) =>
        _cache ??= CachePlace.Choose(
            folder is { Length: > 0 } ? PathOf(folder) : null,
            CachePlace.OfUser(Environment.Variables, Environment.Home),
            Path.GetTempPath(),
            () => Path.Combine(TemporaryFolder, "cache"),
            Screen.Warn
        );

    /// <summary>The client of a run, with all that the machine says about registries.</summary>
    /// <param name="outputs">The registries that are pushed to.</param>
    /// <param name="progress">Receives the progress of transfers.</param>
    /// <param name="sources">The images that the command line names; what a Dockerfile names is not one of
    /// them.</param>
    public RegistryClient CreateClient(
        IEnumerable<string> outputs,
        IProgress<WorkProgress> progress,
        params IEnumerable<string> sources
    )
    {
        var environment = Environment with
        {
            OutputRegistries = [.. outputs],
            BaseRegistries =
            [
                .. sources
                    .Select(text => LocalReference.IsPath(text, Folder) ? null : ImageSources.RegistryOf(text))
                    .OfType<string>(),
            ],
            Warn = Screen.Warn,
        };
        var options = environment.ToOptions();
        return new RegistryClient(options with { Warn = Screen.Warn, Progress = progress });
    }

    /// <summary>A client for package sources, which are asked as the machine's apt asks them.</summary>
    public HttpClient CreatePackageClient() =>
        AptProxy.CreateClient(
            PackageSettings.MachineFolder,
            Environment.Proxy,
            url => EnvironmentProxy.IsExcepted(Environment, url)
        );

    /// <summary>Opens a source as the user writes it.</summary>
    public Task<IImageSource> OpenSourceAsync(
        string text,
        string engine,
        RegistryClient client,
        CancellationToken cancellationToken
    ) => ImageSources.OpenAsync(text, Folder, TemporaryFolder, LocalEngine.Parse(engine), client, cancellationToken);

    public void Dispose()
    {
        if (_temporary.IsValueCreated)
        {
            try
            {
                RegularFile.RemoveFolder(_temporary.Value);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Something in it is still open; the system empties its temporary folder.
            }
        }

        Screen.Dispose();
    }
}
