using System.Collections.Immutable;

namespace Containerize.Stores.Registries;

/// <summary>What a request needs to be allowed (distribution's token scopes).</summary>
/// <param name="Repository">The repository that it is about.</param>
/// <param name="Push">True when it writes.</param>
internal sealed record RegistryAccess(string Repository, bool Push)
{
    /// <summary>A repository that a blob is mounted from, or null.</summary>
    public string? MountFrom { get; init; }

    /// <summary>The scopes, the one needed most first: some registries look at the first only.</summary>
    public ImmutableArray<string> Scopes => MountFrom is null ? [Main] : [Main, $"repository:{MountFrom}:pull"];

    private string Main => $"repository:{Repository}:{(Push ? "pull,push" : "pull")}";
}
