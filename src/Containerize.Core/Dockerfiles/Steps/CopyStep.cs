using System.Collections.Immutable;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Copying;
using Containerize.Dockerfiles.Stages;
using Containerize.Dockerfiles.StepCaching;
using Containerize.Dockerfiles.Syntax;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;

namespace Containerize.Dockerfiles.Steps;

/// <summary>Does <c>COPY</c> or <c>ADD</c>.</summary>
/// <param name="run">The build.</param>
/// <param name="stage">The stage.</param>
/// <param name="state">The state before the instruction.</param>
/// <param name="options">What it says.</param>
/// <param name="expansion">Replaces the variables of heredocs.</param>
internal sealed class CopyStep(
    PlatformSession run,
    Stage stage,
    StageState state,
    CopyOptions options,
    Expansion expansion
)
{
    private SourceText Source => options.Syntax.Line.Source;

    public async Task<MadeStep> RunAsync(BuildStep step, CancellationToken cancellationToken)
    {
        var from = options.Syntax.Flags["from"] is { } word
            ? await run.ImageOfAsync(Source, word, stage, cancellationToken).ConfigureAwait(false)
            : ((Image Image, string Name)?)null;
        // What a stage has follows from its layers, so they are not read where nothing changed.
        var early = from is { } image ? Key("from", StepKey.OfFiles(image.Image)) : null;
        if (early is not null && await FindAsync(early, step, cancellationToken).ConfigureAwait(false) is { } known)
            return new MadeStep(known.Layer, true, early);
        return await run
            .Shared.InSlotAsync(
                async () =>
                {
                    var files = await SelectAsync(from, cancellationToken).ConfigureAwait(false);
                    var key = Key("content", CopyDescription.Of(files));
                    StepKey[] keys = early is null ? [key] : [early, key];
                    if (await FindAsync(key, step, cancellationToken).ConfigureAwait(false) is not { } found)
                        return new MadeStep(
                            await WriteAsync(early ?? key, key, step, files, cancellationToken).ConfigureAwait(false),
                            false,
                            keys
                        );
                    if (early is not null && !found.IsShared)
                        run.Shared.Cache.Remember(early, found.Layer);
                    return new MadeStep(found.Layer, true, keys);
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private async Task<KnownStep?> FindAsync(StepKey key, BuildStep step, CancellationToken cancellationToken) =>
        run.IgnoresCache(stage)
            ? null
            : await run.Shared.Cache.FindAsync(key, step.Text, cancellationToken).ConfigureAwait(false);

    private StepKey Key(string kind, string content) =>
        StepKey.Of(
            "copy",
            kind,
            options.Text,
            state.Image.Config.WorkingDirectory,
            options.IsLink
                ? options.Owner is null
                    ? ""
                    : StepKey.OfFiles(state.Image)
                : StepKey.OfFiles(state.Image),
            run.TimeKey,
            content
        );

    private async Task<ImmutableArray<CopiedFile>> SelectAsync(
        (Image Image, string Name)? from,
        CancellationToken cancellationToken
    )
    {
        IFileSource tree = from is not { } image
            ? run.Shared.Context
            : new ImageFileSource(
                image.Name,
                await run.Shared.Views.OfAsync(image.Image.Layers, cancellationToken).ConfigureAwait(false),
                run.Shared.ContentFolder
            );
        var selection = new CopySelection(options, tree, run.Shared.Warn);
        var files = ImmutableArray.CreateBuilder<CopiedFile>();
        foreach (var (word, text) in options.Sources)
        {
            if (Heredoc.Parse(word) is { } named)
                files.Add(Single(HeredocSource(named)));
            else if (options.Syntax.IsAdd && RemoteFile.IsGit(text))
                files.AddRange(
                    Select(
                        new CopySelection(
                            options,
                            await AddedRepository
                                .FetchAsync(options, word, text, run, cancellationToken)
                                .ConfigureAwait(false),
                            run.Shared.Warn
                        ),
                        word,
                        "."
                    )
                );
            else if (options.Syntax.IsAdd && RemoteFile.IsUrl(text))
                files.Add(Single(await FetchAsync(word, text, cancellationToken).ConfigureAwait(false)));
            else
                files.AddRange(Select(selection, word, text));
        }

        return files.ToImmutable();
    }

    private List<CopiedFile> Select(CopySelection selection, SourceWord word, string text)
    {
        try
        {
            return [.. selection.Select(word, text)];
        }
        catch (ContainerizeException exception)
            when (exception.Diagnostic != DiagnosticTable.CopyRefused
                && options.Locate(exception, word.Position) is { } located
            )
        {
            throw located;
        }
    }

    private static CopiedFile Single(SingleFileSource source) =>
        new(source.File, source, CopyShape.File, source.File.Path.Name);

    /// <summary>The text below an instruction that a source names.</summary>
    internal static Heredoc TextOf(CopySyntax syntax, Heredoc named)
    {
        // Two of one name differ by where they stand; in a list there is no text to any of them (as in
        // BuildKit).
        var texts = syntax.Line.Heredocs.Where(heredoc => heredoc.Name == named.Name).ToList();
        return texts.Find(text => text.Position == named.Position) ?? texts.LastOrDefault() ?? named;
    }

    private SingleFileSource HeredocSource(Heredoc named)
    {
        var heredoc = TextOf(options.Syntax, named);
        return new SingleFileSource(
            heredoc.Name,
            FileContent.FromBytes(Encoding.UTF8.GetBytes(expansion.Text(heredoc)), heredoc.Position.ToString()),
            FileKind.PlainMode
        );
    }

    private async Task<SingleFileSource> FetchAsync(SourceWord word, string url, CancellationToken cancellationToken)
    {
        if (run.Options.IsOffline)
            throw Source.Error(
                DiagnosticTable.AddUrlFailed,
                word.Position,
                $"'{url}' would have to be fetched, and --offline forbids it. Download it before the build and "
                    + "copy it from the context."
            );
        if (run.Options.Http is not { } http)
            throw Source.Error(
                DiagnosticTable.DockerfileUnsupported,
                word.Position,
                $"'{url}' is not in the context, and this builder was given no way to fetch it."
            );
        if (RemoteFile.NameOf(url) is null && options.Destination.EndsWith('/'))
            throw Source.Error(
                DiagnosticTable.DockerfileSyntax,
                word.Position,
                $"'{url}' names no file that '{options.Destination}' could hold. Name the file in the destination."
            );
        var content = await RemoteFile
            .FetchAsync(options.Syntax, word, url, options.Checksum, http, run.Shared.ContentFolder, cancellationToken)
            .ConfigureAwait(false);
        return new SingleFileSource(RemoteFile.NameOf(url) ?? "file", content, RemoteFile.Mode);
    }

    private async Task<Layer?> WriteAsync(
        StepKey early,
        StepKey key,
        BuildStep step,
        ImmutableArray<CopiedFile> files,
        CancellationToken cancellationToken
    )
    {
        var view =
            options.IsLink && options.Owner is null
                ? null
                : await run.Shared.Views.OfAsync(state.Image.Layers, cancellationToken).ConfigureAwait(false);
        var owner = await OwnerAsync(view, cancellationToken).ConfigureAwait(false);
        var target = new CopyTarget(options.IsLink ? null : view, owner, options.Mode, run.Options.Created);
        var plan = new CopyPlan(
            options,
            target,
            run.Shared.ContentFolder,
            PathText.Join(state.Image.Config.WorkingDirectory, options.Destination)
        );
        var layer = await KeepAsync().ConfigureAwait(false);
        if (early != key)
            run.Shared.Cache.Remember(early, layer);
        return layer;

        async Task<Layer?> KeepAsync()
        {
            try
            {
                var entries = await plan.EntriesOfAsync(files, cancellationToken).ConfigureAwait(false);
                return run.Shared.Cache.Keep(key, step.Text, entries, cancellationToken);
            }
            catch (ContainerizeException exception) when (exception.Diagnostic == DiagnosticTable.FileChanged)
            {
                run.Shared.Context.Forget();
                throw;
            }
        }
    }

    private async Task<Owner?> OwnerAsync(ImageFiles? files, CancellationToken cancellationToken)
    {
        if (options.Owner is not { } text)
            return options.Syntax.Flags["from"] is null && !options.Syntax.IsAdd ? new Owner(0, 0) : null;
        var (owner, unknown) = await Owner
            .ResolveAsync(text, () => files!.ReadAccountsAsync(cancellationToken))
            .ConfigureAwait(false);
        return owner
            ?? throw Source.Error(
                DiagnosticTable.UnknownOwner,
                options.Syntax.Flags["chown"]!.Value.Position,
                $"the image has no user or group '{unknown}' in /etc/passwd and /etc/group. Make it with RUN "
                    + "above, or write its number."
            );
    }
}
