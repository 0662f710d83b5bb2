using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Containerize.Caching;
using Containerize.Core.Tests.Stores;
using Containerize.Dockerfiles;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Dockerfiles.SharedCache;
using Containerize.Dockerfiles.Stages;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Push;
using Containerize.TestKit.Images;

namespace Containerize.Core.Tests.Dockerfiles.SharedCache;

/// <summary>A machine with a disk of its own, whose commands leave a file that no other run leaves.</summary>
internal sealed class FleetMachine : IRunExecutor, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RegistryClient _client;

    /// <param name="dispensableLimit">How long a cache is waited for, other than by default.</param>
    /// <param name="with">Changes the options of the client.</param>
    public FleetMachine(TimeSpan? dispensableLimit = null, Func<RegistryOptions, RegistryOptions>? with = null)
    {
        var options = new RegistryOptions
        {
            RetryDelay = TimeSpan.FromMilliseconds(1),
            StallLimit = TimeSpan.FromSeconds(10),
        };
        options = options with { DispensableLimit = dispensableLimit ?? options.DispensableLimit };
        _client = new(with?.Invoke(options) ?? options);
    }

    /// <summary>The commands that ran.</summary>
    public List<string> Commands { get; } = [];

    public List<string> Warnings { get; } = [];

    /// <summary>What all its builds share.</summary>
    public CachePatience Patience { get; } = new();

    /// <summary>What a command leaves beside random bytes; by default nothing twice.</summary>
    public Func<string, string> Content { get; init; } = _ => Convert.ToHexString(RandomNumberGenerator.GetBytes(500));

    /// <summary>Its clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    public CacheFolder Cache => new(_folder["cache"]);

    /// <summary>Builds an image, and reads it or pushes it.</summary>
    /// <param name="build">The context.</param>
    /// <param name="dockerfile">The Dockerfile.</param>
    /// <param name="from">Caches that are read, with a space between them.</param>
    /// <param name="to">Caches that are written.</param>
    /// <param name="with">Changes the options.</param>
    /// <param name="push">Where the image is pushed to; null to read its bytes here.</param>
    /// <param name="then">Happens between the build and the writing of its caches.</param>
    public async Task<DockerfileImage> BuildAsync(
        TestBuild build,
        string dockerfile,
        string from = "",
        string to = "",
        Func<DockerfileBuild, DockerfileBuild>? with = null,
        ImageReference? push = null,
        Action? then = null
    )
    {
        var cancelled = TestContext.Current.CancellationToken;
        var shared = new SharedCaches(
            [.. Split(from).Select(text => CacheAddress.Parse(text, "--cache-from", isWritten: false))],
            [.. Split(to).Select(text => CacheAddress.Parse(text, "--cache-to", isWritten: true))],
            _client,
            (diagnostic, message) => Warnings.Add($"{diagnostic.Code} {message}"),
            Time,
            Patience
        );
        var options = build.Options(dockerfile) with
        {
            Cache = Cache,
            Runner = this,
            SharedSteps = shared,
            Shares = shared.Shares,
            WorkFolder = _folder["work"],
        };
        var result = await shared.RunAsync(async () =>
        {
            var made = await (with?.Invoke(options) ?? options).RunAsync(cancelled);
            if (push is not null)
                await new RegistrySink(push.Registry, push.Repository, [push.Tag!], _client).PushAsync(
                    made.Set,
                    cancelled
                );
            else
                foreach (var layer in made.Images.SelectMany(image => image.Image.Layers))
                    await TestImages.BytesAsync(layer.Blob);
            return made;
        });
        then?.Invoke();
        await shared.WriteAsync(result.Shared, push is null ? [] : [push], cancelled);
        return result.Images[0];
    }

    public async Task<RunChanges> RunAsync(RunRequest request, CancellationToken cancellationToken)
    {
        // A command sees what lies below it.
        foreach (var layer in request.State.Layers)
            await TestImages.BytesAsync(layer.Blob);
        var command = request.Command[^1];
        lock (Commands)
            Commands.Add(command);
        var content = FileContent.FromBytes(Encoding.UTF8.GetBytes(Content(command)), "test");
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(command)))[..8];
        return new RunChanges(
            command.StartsWith("true", StringComparison.Ordinal)
                ? []
                : [new LayerEntry(ContainerPath.Parse("/" + name), EntryKind.File, 0b110_100_100) { Content = content }]
        );
    }

    /// <summary>The tar of a layer; anything else as it is.</summary>
    public static byte[] Inflate(byte[] bytes)
    {
        if (bytes is not [0x1F, 0x8B, ..])
            return bytes;
        using var plain = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress))
            gzip.CopyTo(plain);
        return plain.ToArray();
    }

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    private static string[] Split(string texts) => texts.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
