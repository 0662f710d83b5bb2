using System.Collections.Immutable;
using Containerize.Attestations;
using Containerize.Attestations.Signatures;
using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.IO;
using Containerize.Projects.Documents;
using Containerize.Publishing.Ahead;
using Containerize.Publishing.Files;
using Containerize.Publishing.Outputs;
using Containerize.Publishing.Settings;
using Containerize.Stores;
using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Client;

namespace Containerize.Projects;

/// <summary>
/// A publish of one empty file, made while the project is compiled, and the questions that the run will ask of
/// registries. Nothing of it is kept: the runtime compiles what the first image of a process runs through, and with a
/// rehearsal that is done when the run begins. A failure costs speed and nothing else, and makes no message.
/// </summary>
public sealed class Rehearsal : IDisposable
{
    private const string App = "app.dll";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly Func<RehearsalOptions> _read;
    private readonly Thread _worker;

    /// <summary>Begins.</summary>
    /// <param name="read">Reads what the rehearsal goes by, on the thread of the work; may fail.</param>
    public Rehearsal(Func<RehearsalOptions> read)
    {
        _read = read;
        _worker = BackgroundThreads.Start(Work);
    }

    /// <summary>The failure that ended the work; null for none so far.</summary>
    internal Exception? Failure { get; private set; }

    /// <summary>Has the work end soon, for the run begins.</summary>
    public void End() => _stop.Cancel();

    /// <summary>Waits until the work is done.</summary>
    internal void Wait() => _worker.Join();

    /// <summary>Ends the work, which removes what it wrote.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        // A worker that hangs in a file system does not make the build hang.
        if (_worker.Join(Patience))
            _stop.Dispose();
    }

    private void Work()
    {
        try
        {
            var options = _read();
            using var client = new RegistryClient(options.Registries);
            // What the answers are does not matter here: the run asks again.
            var asking = client.StillMeanAsync(options.Names, _stop.Token);
            try
            {
                Clear(options.Folder);
                PublishAsync(options, client).GetAwaiter().GetResult();
            }
            finally
            {
                Clear(options.Folder);
                asking.GetAwaiter().GetResult();
            }
        }
        catch (Exception exception)
        {
            // A thread that fails ends the process, which is the build's. A rehearsal makes no error.
            Failure = exception;
        }
    }

    private static void Clear(string folder)
    {
        if (Directory.Exists(folder))
            RegularFile.RemoveFolder(folder);
    }

    private async Task PublishAsync(RehearsalOptions options, RegistryClient client)
    {
        var folder = options.Folder;
        var published = Path.Combine(folder, "publish");
        Directory.CreateDirectory(published);
        await File.WriteAllTextAsync(Path.Combine(published, App), "", _stop.Token).ConfigureAwait(false);
        var destinations = new DestinationOptions("rehearsal")
        {
            OciLayoutPath = Path.Combine(folder, "layout"),
            PublishFolder = published,
        };
        var sources = new ProjectSources(client, new CacheFolder(Path.Combine(folder, "cache")), folder, folder)
        {
            CreateClient = () => throw new InvalidOperationException("A rehearsal fetches nothing."),
            CreatePackageClient = () => throw new InvalidOperationException("A rehearsal fetches nothing."),
            Offline = true,
        };
        await Publish(options, published, destinations.Read())
            .RunAsync(sources, new OwnOutputs([]), [], _stop.Token)
            .ConfigureAwait(false);
    }

    private static ProjectPublish Publish(RehearsalOptions options, string published, Destinations destinations)
    {
        var (folder, project, runtime) = (options.Folder, options.ProjectFile, options.RuntimeIdentifier);
        var paths = new ProjectPaths(project, published, folder, runtime)
        {
            DocumentStem = Path.Combine(folder, "image"),
            MetadataPath = Path.Combine(folder, "image.json"),
        };
        var index = new PublishIndex([new PublishedItem(App)]);
        return new(new(paths, destinations, new ContainerSettings(), index) { Packages = new PackageOptions() })
        {
            Base = new BaseOptions(
                "scratch",
                new()
                {
                    SdkVersion = "",
                    TargetFrameworkVersion = "",
                    RuntimeIdentifiers = [runtime],
                }
            ),
            Documents = new DocumentOptions(options.Facts),
            Delivery = new DeliveryOptions(new SigningKeySource(folder, ImmutableDictionary<string, string>.Empty)),
            Warnings = new(project, runtime) { Checks = new SettingChecks("scratch", "", "") },
            Log = Silence.Instance,
            Progress = NoProgress.Instance,
        };
    }

    private sealed class Silence : IProjectLog
    {
        public static Silence Instance { get; } = new();

        public bool ShowsDetails => false;

        public void Warn(Diagnostic diagnostic, string message) { }

        public void Write(LineWeight weight, string text) { }
    }
}

/// <summary>What a rehearsal goes by.</summary>
/// <param name="ProjectFile">The full path of the project.</param>
/// <param name="Folder">The full path of a folder of ours, which is made and removed.</param>
/// <param name="RuntimeIdentifier">What the project is published for.</param>
/// <param name="Registries">How registries are reached.</param>
/// <param name="Facts">What is known of the packages before the project is compiled.</param>
public sealed record RehearsalOptions(
    string ProjectFile,
    string Folder,
    string RuntimeIdentifier,
    RegistryOptions Registries,
    PublishFacts Facts
)
{
    /// <summary>What the last publish learned of tags, which the run will ask for again.</summary>
    public ImmutableArray<NamedDigest> Names { get; init; } = [];
}
