using System.Collections.Immutable;
using Containerize.Layers;

namespace Containerize.Recipes;

/// <summary>What a project says about its container. The defaults are those of a project that says nothing.</summary>
public sealed record ContainerSettings
{
    /// <summary>The user where neither the project nor the base image names one: .NET's <c>app</c>, never root by accident.</summary>
    public const string DefaultUser = "1654";

    /// <summary>Where the published files lie and the app starts.</summary>
    public ContainerPath WorkingDirectory { get; init; } = ContainerPath.Parse("/app");

    /// <summary>The user, with or without a group; null to infer it.</summary>
    public string? User { get; init; }

    /// <summary>Environment variables, in order.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>Labels, in order.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Labels { get; init; } = [];

    /// <summary>Ports beside those that the environment tells.</summary>
    public ImmutableArray<ContainerPort> Ports { get; init; } = [];

    /// <summary>How the container starts.</summary>
    public CommandSettings Command { get; init; } = new();

    /// <summary>The image's <c>created</c> and the time of its files.</summary>
    public DateTimeOffset Created { get; init; } = DateTimeOffset.UnixEpoch;
}
