using Containerize.Attestations;
using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Inspection.Explaining;
using Containerize.Packages;
using Containerize.Publishing.Bases;
using Containerize.Publishing.Files;
using Containerize.Publishing.Outputs;
using Containerize.Publishing.Settings;
using Containerize.Stores.Addresses;
using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;

namespace Containerize.Projects;

/// <summary>The plan of an image: alone, or for the log of a run.</summary>
/// <param name="Paths">Where the project is.</param>
/// <param name="Destinations">Where the image goes.</param>
/// <param name="Settings">What the project says of its container.</param>
/// <param name="Index">What the build knows of the published files.</param>
public sealed record ProjectPlan(
    ProjectPaths Paths,
    Destinations Destinations,
    ContainerSettings Settings,
    PublishIndex Index
)
{
    /// <summary>The packages in the project's words.</summary>
    public required PackageOptions Packages { get; init; }

    /// <summary>What the run writes, or the failure that it would read it.</summary>
    /// <param name="inputs">Full paths of files that go into the image.</param>
    /// <exception cref="ContainerizeException">An output is an input, or lies in the publish folder.</exception>
    public OwnOutputs CheckOutputs(IEnumerable<string> inputs)
    {
        var outputs = OwnOutputs.Of(
            Destinations,
            Paths.MetadataPath,
            Paths.DockerfilePath,
            Packages.UpdateLock ? Packages.LockFile : "",
            Paths.IsOneOfSeveral ? [] : ImageDocuments.AllFiles(Paths.DocumentStem),
            Paths.IsOneOfSeveral ? "" : Paths.ReportPath
        );
        outputs.RefuseAsInputs(inputs.Concat(Settings.Files.Select(file => file.SourcePath)));
        return outputs;
    }

    /// <summary>The plan as a text; nothing is made, fetched or written.</summary>
    /// <param name="options">The base image.</param>
    /// <param name="folder">The files that are going to be published.</param>
    /// <param name="registry">How registries are reached.</param>
    /// <param name="cache">What remembers bases.</param>
    /// <param name="isSingleFile">Whether assemblies are put into one program.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<string> ExplainAsync(
        BaseOptions options,
        PublishFolder folder,
        RegistryOptions registry,
        CacheFolder cache,
        bool isSingleFile,
        CancellationToken cancellationToken
    )
    {
        var start = await ReadBaseAsync(options, registry, cache, cancellationToken).ConfigureAwait(false);
        var explanation = Explain(start, folder, Packages.Read(Paths, cache, Settings.Created));
        return (explanation with { Notes = [.. Notes(options.Inferred, isSingleFile)] }).ToText();
    }

    /// <summary>What the base is, as far as that is known without a registry.</summary>
    private async Task<BaseFacts> ReadBaseAsync(
        BaseOptions options,
        RegistryOptions registry,
        CacheFolder cache,
        CancellationToken cancellationToken
    )
    {
        if (options.Dockerfile is { } dockerfile)
            return new BaseFacts(dockerfile.File, null, null);
        var name = options.Location;
        // What lies on this machine, or in the cache since the last run; no registry is asked.
        var source = await ImageSources
            .OpenLocalAsync(
                PackagesBase.SourceOf(name),
                Paths.ProjectFolder,
                Paths.IntermediateFolder,
                cancellationToken
            )
            .ConfigureAwait(false);
        using var disposable = source as IDisposable;
        if (source is not null)
            return BaseFacts.Of(
                source,
                await source.PullAsync(Paths.Platform, cancellationToken).ConfigureAwait(false)
            );
        var reference = ImageSources.ReferenceOf(name);
        if (ImageSources.IsOfEngine(name))
            return new BaseFacts(name, reference, null);
        using var client = new RegistryClient(registry);
        var cached = new CachedSource(
            new RegistrySource(reference, client),
            client,
            cache,
            isOffline: true,
            TimeProvider.System
        );
        try
        {
            var image = await cached.PullAsync(Paths.Platform, cancellationToken).ConfigureAwait(false);
            return BaseFacts.Of(cached, image) with { IsRemembered = true };
        }
        catch (ContainerizeException exception) when (exception.Diagnostic == DiagnosticTable.BaseOffline)
        {
            return new BaseFacts(name, reference, null);
        }
    }

    /// <summary>The plan on a base.</summary>
    /// <param name="start">The base.</param>
    /// <param name="folder">The published files, as they are or as they will be.</param>
    /// <param name="packages">The packages.</param>
    public Explanation Explain(BaseFacts start, PublishFolder folder, PackageSettings packages) =>
        new()
        {
            Platform = Paths.Platform,
            Base = start,
            Settings = Settings,
            Files = FilePlan.Create(folder, Index, Settings),
            Destinations = Destinations,
            Outputs = [.. Outputs()],
            Packages = Packages.Plan(packages),
        };

    /// <summary>What the reader of a plan must know of a program that is not made yet.</summary>
    private static IEnumerable<string> Notes(DefaultBase app, bool isSingleFile)
    {
        if (app.IsNativeAot)
            yield return "PublishAot: the assemblies above become one program, which lies in app.";
        else if (isSingleFile)
            yield return "PublishSingleFile: the assemblies above are put into one program, which lies in app.";
        else if (app.IsTrimmed)
            yield return "PublishTrimmed: what the linker takes away is not known before; "
                + "the sizes are those before it.";
    }

    private IEnumerable<(string What, string Where)> Outputs()
    {
        yield return ("Dockerfile", Paths.DockerfilePath.Length > 0 ? Paths.DockerfilePath : Paths.DockerfileText);
        if (Paths.MetadataPath.Length > 0 && !Paths.IsOneOfSeveral)
            yield return ("metadata", Paths.MetadataPath);
        if (Paths.ReportPath.Length > 0 && !Paths.IsOneOfSeveral)
            yield return ("report", Paths.ReportPath);
        if (Packages.UpdateLock)
            yield return ("lock file", Packages.LockFile);
    }
}
