using System.Collections.Immutable;
using Containerize.Images;
using Containerize.Publishing.Settings;
using Containerize.Recipes;
using Containerize.Recipes.Instructions;

namespace Containerize.Publishing;

/// <summary>The recipe of a project: its layers and settings on a base image.</summary>
internal static class ContainerRecipe
{
    /// <summary>Writes the recipe.</summary>
    /// <param name="start">The base, whose environment, user and entrypoint the project's settings build on.</param>
    /// <param name="layers">The project's layers, lowest first.</param>
    /// <param name="settings">What the project says.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0050.</exception>
    public static Recipe Create(RecipeBase start, ImmutableArray<Layer> layers, ContainerSettings settings)
    {
        var baseImage = start.Image;
        var labels = settings
            .GeneratedLabels.Of(settings.Created, start.Reference, start.Digest)
            .Concat(settings.Labels);
        var variables = settings
            .Environment.Select(pair => new EnvInstruction(pair.Key, pair.Value))
            .ToImmutableArray();
        var environment = EnvironmentOf(baseImage, settings);
        var ports = settings.Ports.Concat(ContainerPort.OfEnvironment(environment)).Select(port => port.ToString());
        var (entrypoint, cmd) = settings.Command.Resolve(baseImage.Config.Entrypoint);

        var instructions = new List<Instruction>();
        instructions.AddRange(layers.Select(layer => new AddInstruction(layer, settings.IsWindows)));
        instructions.Add(new WorkdirInstruction(settings.WorkingDirectoryName));
        instructions.AddRange(variables);
        instructions.AddRange(labels.Select(pair => new LabelInstruction(pair.Key, pair.Value)));
        instructions.AddRange(ports.Except(baseImage.Config.ExposedPorts).Select(port => new ExposeInstruction(port)));
        instructions.AddRange(
            settings.Volumes.Select<ContainerVolume, Instruction>(volume =>
                volume.IsDeclared
                    ? new VolumeInstruction(volume.Path)
                    : new FolderInstruction(volume.Path, volume.Mode, volume.Owner)
            )
        );
        instructions.AddRange(settings.Annotations.Select(pair => new AnnotationInstruction(pair.Key, pair.Value)));
        if (settings.StopSignal is { } signal)
            instructions.Add(new StopSignalInstruction(signal));
        if (settings.Healthcheck is { } healthcheck)
            instructions.Add(new HealthcheckInstruction(healthcheck));
        if (UserOf(baseImage, settings) is var user && user != baseImage.Config.User)
            instructions.Add(new UserInstruction(user));
        if (!settings.Command.LeavesItToTheBase)
            instructions.Add(new EntrypointInstruction(entrypoint));
        if (!cmd.IsEmpty)
            instructions.Add(new CmdInstruction(cmd));
        return new Recipe(start.From, [.. instructions]);
    }

    /// <summary>
    /// The user that the image names, with or without a group: the SDK's rule, but for its last step, where the SDK's
    /// containers run as root because no setting says otherwise.
    /// </summary>
    /// <param name="baseImage">The base.</param>
    /// <param name="settings">What the project says.</param>
    public static string UserOf(Image baseImage, ContainerSettings settings)
    {
        var environment = EnvironmentOf(baseImage, settings);
        return settings.User
            ?? environment.Variable("APP_UID") switch
            {
                { Length: > 0 } uid when !settings.IsWindows => uid,
                _ when environment.User.Length > 0 => environment.User,
                _ => settings.DefaultUser,
            };
    }

    private static ImageConfig EnvironmentOf(Image baseImage, ContainerSettings settings) =>
        settings.Environment.Aggregate(baseImage.Config, (config, pair) => config.WithVariable(pair.Key, pair.Value));
}
