using System.Collections.Immutable;
using Containerize.Attestations;
using Containerize.Stores;
using Containerize.Stores.Registries;

namespace Containerize.Projects;

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
