using System.Globalization;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Copying;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Dockerfiles.Stages;
using Containerize.Dockerfiles.StepCaching;
using Containerize.Dockerfiles.Syntax;
using Containerize.Entries;
using Containerize.FileSystems;

namespace Containerize.Dockerfiles.Steps;

/// <summary>Turns the <c>--mount</c> options of a <c>RUN</c> into mounts, with what each adds to the step's
/// key.</summary>
/// <param name="run">The build.</param>
/// <param name="stage">The stage.</param>
/// <param name="state">The state before the instruction.</param>
internal sealed class RunMounts(PlatformSession run, Stage stage, StageState state)
{
    private readonly List<ImageFile> _ofContext = [];

    /// <summary>
    /// Fails when a file of the context that was mounted was touched since it was hashed for the key.
    /// </summary>
    /// <exception cref="ContainerizeException">CTZ0012.</exception>
    public void CheckUntouched() => run.Shared.Context.CheckUntouched(_ofContext);

    /// <summary>The mount; null for a secret that was not given and need not be.</summary>
    /// <returns>The mount and its part of the key, which holds no secret.</returns>
    /// <exception cref="ContainerizeException">CTZ0122, CTZ0127 to CTZ0130, CTZ0137.</exception>
    public async Task<(RunMount? Mount, string Key)> OfAsync(MountSyntax syntax, CancellationToken cancellationToken) =>
        syntax.Type switch
        {
            "bind" => await BindAsync(syntax, cancellationToken).ConfigureAwait(false),
            "cache" => await CacheAsync(syntax, cancellationToken).ConfigureAwait(false),
            "tmpfs" => (new TmpfsMount(Target(syntax), syntax.Size()), "tmpfs " + Target(syntax)),
            "secret" => (Secret(syntax), $"secret {syntax.From} {syntax["id"]} {syntax.Target} {syntax["env"]}"),
            "ssh" => (Ssh(syntax), "ssh"),
            var other => throw syntax.Wrong(
                $"'{other}' is no type of a mount: there are bind, cache, tmpfs, secret and ssh"
            ),
        };

    private async Task<(RunMount?, string)> BindAsync(MountSyntax syntax, CancellationToken cancellationToken)
    {
        var mount = new BindMount(Target(syntax), PathText.Join("/", syntax.From ?? "/"))
        {
            IsWritable = syntax.IsReadOnly == false,
        };
        if (syntax["from"] is { Length: > 0 } from)
        {
            var (image, _) = await run.ImageOfAsync(
                    syntax.Source,
                    syntax.Word with
                    {
                        Text = from,
                    },
                    stage,
                    cancellationToken
                )
                .ConfigureAwait(false);
            return (mount with { Image = image }, $"bind {mount.Target} {mount.Source} {StepKey.OfFiles(image)}");
        }

        var context = run.Shared.Context;
        var place = SourcePath.Parse(syntax.From ?? "/") is null
            ? null
            : context.Follow(ContainerPath.Parse(mount.Source));
        if (place is null)
            throw syntax.Source.Error(
                DiagnosticTable.CopyOutsideContext,
                syntax.Word.Position,
                $"'{syntax.From}' lies outside of {context.Name}, and only what is inside can be mounted."
            );
        var root =
            context.Find(place)
            ?? throw syntax.Source.Error(
                DiagnosticTable.CopySourceMissing,
                syntax.Word.Position,
                $"'{mount.Source[1..]}' does not exist in {context.Name}."
            );
        var files = context.DescendantsOf(place).Prepend(root).ToList();
        var key = string.Concat(
            files.Select(file =>
                $"{file.Path}\0{(int)file.Kind} {file.Mode} "
                + $"{(file.Kind == EntryKind.File ? context.HashOf(file) : file.LinkTarget)}\0"
            )
        );
        _ofContext.AddRange(files);
        return (
            mount with
            {
                Source = place.Text,
                HostFolder = run.Shared.ContextFolder(cancellationToken),
            },
            $"bind {mount.Target} {mount.IsWritable} {key}"
        );
    }

    private async Task<(RunMount?, string)> CacheAsync(MountSyntax syntax, CancellationToken cancellationToken)
    {
        var target = Target(syntax);
        var from = syntax["from"] is { Length: > 0 } text
            ? (
                await run.ImageOfAsync(syntax.Source, syntax.Word with { Text = text }, stage, cancellationToken)
                    .ConfigureAwait(false)
            ).Image
            : null;
        if (from is null && PathText.Join("/", syntax.From ?? "/") != "/")
            throw syntax.Source.Error(
                DiagnosticTable.DockerfileUnsupported,
                syntax.Word.Position,
                $"--mount={syntax.Word}: a part of a cache cannot be mounted alone, and the whole would be mounted. "
                    + $"Leave '{syntax.From}' out and use the folder of that name below the target, or give the "
                    + "part a cache of its own: id=NAME."
            );
        var mount = new CacheMount(target, syntax["id"] is { Length: > 0 } id ? id : target)
        {
            Origin = from is null ? "" : $"{StepKey.OfFiles(from)} {PathText.Join("/", syntax.From ?? "/")}",
            Sharing = syntax["sharing"]?.ToLowerInvariant() switch
            {
                null or "shared" => CacheSharing.Shared,
                "private" => CacheSharing.Private,
                "locked" => CacheSharing.Locked,
                var other => throw syntax.Wrong($"sharing is 'shared', 'private' or 'locked', and not '{other}'"),
            },
            IsReadOnly = syntax.IsReadOnly == true,
            From = from,
            Source = PathText.Join("/", syntax.From ?? "/"),
            Mode = syntax.Mode(0b111_101_101),
            Uid = syntax.Number("uid", 0),
            Gid = syntax.Number("gid", 0),
        };
        return (mount, $"cache {target} {mount.Id} {mount.Origin}");
    }

    private SecretMount? Secret(MountSyntax syntax)
    {
        var id = syntax.From ?? syntax["id"] ?? syntax.Target?.Split('/')[^1];
        if (string.IsNullOrEmpty(id))
            throw syntax.Wrong("a secret needs an id");
        if (!run.Options.Secrets.TryGetValue(id, out var read))
            return !syntax.IsRequired
                ? null
                : throw syntax.Source.Error(
                    DiagnosticTable.SecretMissing,
                    syntax.Word.Position,
                    $"the secret '{id}' is needed and was not given. Give it with --secret id={id},src=FILE."
                );
        var target =
            syntax.Target is { } path ? PathText.Join(state.Image.Config.WorkingDirectory, path)
            : syntax["env"] is null ? "/run/secrets/" + id.Split('/')[^1]
            : "";
        return new SecretMount(target, id, read())
        {
            Variable = syntax["env"],
            Mode = syntax.Mode(0b100_000_000),
            Uid = syntax.Number("uid", 0),
            Gid = syntax.Number("gid", 0),
        };
    }

    private SshMount? Ssh(MountSyntax syntax)
    {
        if (syntax.From is not null)
            throw syntax.Wrong("an agent has no source. Name it by its id: id=NAME");
        var id = syntax["id"] is { Length: > 0 } given ? given : "default";
        if (!run.Options.SshSockets.TryGetValue(id, out var socket))
            return !syntax.IsRequired
                ? null
                : throw syntax.Source.Error(
                    DiagnosticTable.SecretMissing,
                    syntax.Word.Position,
                    $"the agent '{id}' is needed and was not given. Give it with --ssh {id}."
                );
        var target = syntax.Target is { } path
            ? PathText.Join(state.Image.Config.WorkingDirectory, path)
            : string.Create(CultureInfo.InvariantCulture, $"/run/buildkit/ssh_agent.{id}");
        return new SshMount(target, socket)
        {
            Mode = syntax.Mode(0b110_000_000),
            Uid = syntax.Number("uid", 0),
            Gid = syntax.Number("gid", 0),
        };
    }

    // Without a target it is the folder of WORKDIR.
    private string Target(MountSyntax syntax) =>
        PathText.Join(state.Image.Config.WorkingDirectory, syntax.Target ?? "") is var target and not "/"
            ? target
            : throw syntax.Wrong(
                "it would cover the whole image, for its target is the root. Give it one: target=/path"
            );
}
