using System.Collections.Immutable;
using Containerize.Diagnostics;

namespace Containerize.Publishing.Settings;

/// <summary>Which instruction the app's command goes into (<c>ContainerAppCommandInstruction</c>).</summary>
public enum AppCommandInstruction
{
    /// <summary>Not set: <c>ENTRYPOINT</c>, or <c>CMD</c> if the project has an entrypoint of its own.</summary>
    Automatic,

    /// <summary><c>ENTRYPOINT</c>.</summary>
    Entrypoint,

    /// <summary><c>CMD</c>, after the entrypoint of the project or of the base.</summary>
    DefaultArgs,

    /// <summary>None: the app's command is not used.</summary>
    None,
}

/// <summary>
/// What a project says about how its container starts, in the terms of the SDK's items, and what <c>ENTRYPOINT</c> and
/// <c>CMD</c> follow from it. The rules and their results are those of the .NET SDK 10.
/// </summary>
public sealed record CommandSettings
{
    public AppCommandInstruction Instruction { get; init; }

    /// <summary>How the app is started: <c>dotnet /app/app.dll</c>, or <c>/app/app</c> when it is
    /// self-contained.</summary>
    public ImmutableArray<string> AppCommand { get; init; } = [];

    public ImmutableArray<string> AppCommandArgs { get; init; } = [];

    public ImmutableArray<string> Entrypoint { get; init; } = [];

    public ImmutableArray<string> EntrypointArgs { get; init; } = [];

    public ImmutableArray<string> DefaultArgs { get; init; } = [];

    /// <summary>The published file that <see cref="AppCommand"/> starts, relative to the publish folder, where the
    /// project does not name its command; else null.</summary>
    public string? DefaultFile { get; init; }

    /// <summary>Whether the app's command takes the .NET runtime from the base image; false where the project names its
    /// command.</summary>
    public bool NeedsRuntime { get; init; }

    /// <summary>The settings of an app that may name its command.</summary>
    /// <param name="instruction"><c>ContainerAppCommandInstruction</c>, or empty.</param>
    /// <param name="appCommand"><c>ContainerAppCommand</c>, or empty.</param>
    /// <param name="folder">Where the app lies.</param>
    /// <param name="app">How the app is published.</param>
    /// <exception cref="ContainerizeException">There is no such instruction.</exception>
    public static CommandSettings Create(
        string instruction,
        ImmutableArray<string> appCommand,
        ContainerSettings folder,
        PublishedApp app
    )
    {
        var known = AppCommandInstruction.Automatic;
        if (instruction.Length > 0 && !Enum.TryParse(instruction, ignoreCase: true, out known))
            throw new ContainerizeException(
                DiagnosticTable.InvalidEntrypoint,
                $"ContainerAppCommandInstruction is '{instruction}'. Set it to Entrypoint, DefaultArgs or None."
            );
        if (!appCommand.IsEmpty)
            return new CommandSettings { Instruction = known, AppCommand = appCommand };
        return known == AppCommandInstruction.None
            ? new CommandSettings { Instruction = known }
            : Default(folder, app) with
            {
                Instruction = known,
            };
    }

    /// <summary>The settings of an app that does not name its command: it starts itself where it can, else
    /// <c>dotnet</c> starts its assembly.</summary>
    /// <param name="folder">Where the app lies.</param>
    /// <param name="app">How the app is published.</param>
    public static CommandSettings Default(ContainerSettings folder, PublishedApp app)
    {
        var file = app.FileOf(folder.IsWindows);
        var path = folder.NameOf(folder.WorkingDirectory.Combine(file));
        return new CommandSettings
        {
            AppCommand = app.StartsItself ? [path] : ["dotnet", path],
            DefaultFile = file,
            NeedsRuntime = app.NeedsRuntime,
        };
    }

    /// <summary>
    /// Whether the project leaves to the base what starts the container: its entrypoint and its default arguments then
    /// stay as they are.
    /// </summary>
    public bool LeavesItToTheBase =>
        Instruction == AppCommandInstruction.None
        && Entrypoint.IsEmpty
        && EntrypointArgs.IsEmpty
        && DefaultArgs.IsEmpty
        && AppCommand.IsEmpty
        && AppCommandArgs.IsEmpty;

    /// <summary>
    /// Whether the base's entrypoint is replaced and nothing in the project says that it should be: some do what the
    /// app needs before they start it.
    /// </summary>
    public bool ReplacesSilently(ImmutableArray<string> baseEntrypoint) =>
        Instruction == AppCommandInstruction.Automatic && Entrypoint.IsEmpty && !WithoutMuxer(baseEntrypoint).IsEmpty;

    /// <summary>The image's entrypoint and default arguments.</summary>
    /// <param name="baseEntrypoint">The entrypoint of the base image.</param>
    /// <exception cref="ContainerizeException">CTZ0050 for settings that contradict each other.</exception>
    public (ImmutableArray<string> Entrypoint, ImmutableArray<string> Cmd) Resolve(
        ImmutableArray<string> baseEntrypoint
    )
    {
        var settings = this with { Instruction = ResolvedInstruction };
        if (Instruction == AppCommandInstruction.Automatic && IsOldForm)
            settings = settings with { EntrypointArgs = [], DefaultArgs = EntrypointArgs };
        settings.Check();
        return settings.Instruction switch
        {
            AppCommandInstruction.Entrypoint => ([.. AppCommand, .. AppCommandArgs], settings.DefaultArgs),
            AppCommandInstruction.DefaultArgs => (
                Entrypoint.IsEmpty ? WithoutMuxer(baseEntrypoint) : [.. Entrypoint, .. EntrypointArgs],
                [.. AppCommand, .. AppCommandArgs, .. DefaultArgs]
            ),
            _ => (Entrypoint.IsEmpty ? WithoutMuxer(baseEntrypoint) : [.. Entrypoint, .. EntrypointArgs], DefaultArgs),
        };
    }

    // Before there was AppCommand, EntrypointArgs alone meant arguments of the app.
    private bool IsOldForm =>
        Entrypoint.IsEmpty && !EntrypointArgs.IsEmpty && DefaultArgs.IsEmpty && AppCommandArgs.IsEmpty;

    private AppCommandInstruction ResolvedInstruction
    {
        get
        {
            if (Instruction != AppCommandInstruction.Automatic)
                return Instruction;
            if (Entrypoint.IsEmpty)
                return AppCommandInstruction.Entrypoint;
            if (AppCommand.IsEmpty)
                return AppCommandInstruction.None;
            return AppCommandInstruction.DefaultArgs;
        }
    }

    // Some base images have the bare muxer as their entrypoint; the app's command brings its own.
    private static ImmutableArray<string> WithoutMuxer(ImmutableArray<string> entrypoint) =>
        entrypoint is ["dotnet" or "/usr/bin/dotnet"] ? [] : entrypoint;

    private void Check()
    {
        if (Instruction == AppCommandInstruction.Entrypoint && !(Entrypoint.IsEmpty && EntrypointArgs.IsEmpty))
            throw Invalid(
                "the app's command is the entrypoint (ContainerAppCommandInstruction=Entrypoint) and "
                    + "ContainerEntrypoint or "
                    + "ContainerEntrypointArgs is set too. Remove them, or set ContainerAppCommandInstruction to "
                    + "DefaultArgs"
            );
        if (Instruction == AppCommandInstruction.None && !(AppCommand.IsEmpty && AppCommandArgs.IsEmpty))
            throw Invalid(
                "ContainerAppCommand or ContainerAppCommandArgs is set, and "
                    + "ContainerAppCommandInstruction=None says not to use it"
            );
        if (Entrypoint.IsEmpty && !EntrypointArgs.IsEmpty)
            throw Invalid(
                "ContainerEntrypointArgs is set without ContainerEntrypoint. Use ContainerDefaultArgs for "
                    + "arguments of the app"
            );
        if (AppCommand.IsEmpty && !AppCommandArgs.IsEmpty)
            throw Invalid("ContainerAppCommandArgs is set without ContainerAppCommand");
    }

    private static ContainerizeException Invalid(string why) =>
        new(DiagnosticTable.InvalidEntrypoint, $"The container's command is not valid: {why}.");
}
