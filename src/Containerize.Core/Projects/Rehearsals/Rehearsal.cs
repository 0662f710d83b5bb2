using System.Collections.Immutable;
using Containerize.Attestations;
using Containerize.Attestations.Signatures;
using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.IO;
using Containerize.Projects.Documents;
using Containerize.Publishing.Files;
using Containerize.Publishing.Outputs;
using Containerize.Publishing.Settings;
using Containerize.Stores;
using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Client;

namespace Containerize.Projects.Rehearsals;

/// <summary>
/// A publish of one empty file, made while MSBuild copies files and pushed to a registry that keeps nothing. The
/// runtime compiles what the first image of a process runs through, and with a rehearsal that is done when the run
/// begins. It asks no other machine and knows no password. A failure costs speed and nothing else, and makes
/// no message.
/// </summary>
public sealed class Rehearsal : IDisposable
{
    private const string App = "app.dll";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // No rehearsal takes this long: a folder that is older was left by a process that was killed.
    private static readonly TimeSpan Age = TimeSpan.FromHours(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly RehearsalOptions _options;
    private readonly TimeProvider _time;
    private readonly string _folder;
    private readonly Thread _worker;

    /// <summary>Begins.</summary>
    /// <param name="options">What it goes by.</param>
    /// <param name="time">The clock that tells what was left behind.</param>
    public Rehearsal(RehearsalOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _folder = Path.Combine(options.Folder, $"{Guid.NewGuid():N}");
        _worker = new Thread(Work) { IsBackground = true, Name = "Containerize, rehearsal" };
        _worker.Start();
    }

    /// <summary>The failure that ended the work; null for none so far.</summary>
    internal Exception? Failure { get; private set; }

    /// <summary>Has the work end soon, for the run begins. What hangs on it ends elsewhere.</summary>
    public void End() => _ = _stop.CancelAsync();

    /// <summary>Waits until the work is done.</summary>
    internal void Wait() => _worker.Join();

    /// <summary>Ends the work, which removes what it wrote.</summary>
    public void Dispose()
    {
        End();
        // A worker that hangs in a file system does not make the build hang.
        if (_worker.Join(Patience))
            _stop.Dispose();
    }

    private void Work()
    {
        try
        {
            RemoveLeftBehind();
            try
            {
                using var registry = new LoopbackRegistry(_stop.Token);
                using var client = new RegistryClient(new RegistryOptions { InsecureRegistries = [registry.Name] });
                var asking = AskAsync(registry, client);
                PublishAsync(registry, client).GetAwaiter().GetResult();
                asking.GetAwaiter().GetResult();
            }
            finally
            {
                RegularFile.RemoveFolder(_folder);
                // Stays where another rehearsal is in it.
                Directory.Delete(_options.Folder);
            }
        }
        catch (Exception exception)
        {
            // A thread that fails ends the process, which is the build's. A rehearsal makes no error.
            Failure = exception;
        }
    }

    private void RemoveLeftBehind()
    {
        Directory.CreateDirectory(_folder);
        foreach (var other in Directory.EnumerateDirectories(_options.Folder))
        {
            if (Directory.GetLastWriteTimeUtc(other) < _time.GetUtcNow().UtcDateTime - Age)
                RegularFile.RemoveFolder(other);
        }
    }

    // What a run asks that may have nothing to do.
    private Task<bool> AskAsync(LoopbackRegistry registry, RegistryClient client) =>
        client.StillMeanAsync(
            [
                new NamedDigest(
                    ImageReference.Parse($"{registry.Name}/rehearsal:latest"),
                    Digest.Of([]),
                    ThroughMirrors: true
                ),
            ],
            _stop.Token
        );

    private async Task PublishAsync(LoopbackRegistry registry, RegistryClient client)
    {
        var published = Path.Combine(_folder, "publish");
        Directory.CreateDirectory(published);
        await File.WriteAllTextAsync(Path.Combine(published, App), "", _stop.Token).ConfigureAwait(false);
        var destinations = new DestinationOptions("rehearsal") { Registry = registry.Name, PublishFolder = published };
        var sources = new ProjectSources(client, new CacheFolder(Path.Combine(_folder, "cache")), _folder, _folder)
        {
            CreateClient = () => throw new InvalidOperationException("A rehearsal fetches nothing."),
            CreatePackageClient = () => throw new InvalidOperationException("A rehearsal fetches nothing."),
            Offline = true,
        };
        await Publish(published, destinations.Read())
            .RunAsync(sources, new OwnOutputs([]), [], _stop.Token)
            .ConfigureAwait(false);
    }

    private ProjectPublish Publish(string published, Destinations destinations)
    {
        var (project, runtime) = (_options.ProjectFile, _options.RuntimeIdentifier);
        var paths = new ProjectPaths(project, published, _folder, runtime)
        {
            DocumentStem = Path.Combine(_folder, "image"),
            MetadataPath = Path.Combine(_folder, "image.json"),
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
            Documents = new DocumentOptions(_options.Facts),
            Delivery = new DeliveryOptions(new SigningKeySource(_folder, ImmutableDictionary<string, string>.Empty)),
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
/// <param name="Facts">What is known of the packages before the project is published.</param>
public sealed record RehearsalOptions(string ProjectFile, string Folder, string RuntimeIdentifier, PublishFacts Facts);
