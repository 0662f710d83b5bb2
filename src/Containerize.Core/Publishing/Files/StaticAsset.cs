namespace Containerize.Publishing.Files;

/// <summary>What the build knows of a static web asset: a file below <c>wwwroot</c>, or what is compressed of
/// one.</summary>
/// <param name="RelativePath">Below the publish folder, with <c>/</c> between names.</param>
public sealed record StaticAsset(string RelativePath)
{
    /// <summary>What the build knows it by: the full path of its source.</summary>
    public string Identity { get; init; } = "";

    /// <summary>Where the build has it from, before it was copied: a full path.</summary>
    public string Origin { get; init; } = "";

    /// <summary>The <see cref="Identity"/> of the asset that it is a compressed form of; empty for an asset of its
    /// own.</summary>
    public string RelatedTo { get; init; } = "";

    /// <summary>The project or the package that it comes from.</summary>
    public string Source { get; init; } = "";

    /// <summary><c>Discovered</c>, <c>Computed</c>, <c>Project</c> or <c>Package</c>.</summary>
    public string SourceType { get; init; } = "";

    /// <summary>The name of its trait: <c>WasmResource</c>, <c>ScopedCss</c>; may be empty.</summary>
    public string Trait { get; init; } = "";

    /// <summary>The trait's value: <c>native</c>, <c>runtime</c>, <c>boot</c>, <c>manifest</c>; may be empty.</summary>
    public string TraitValue { get; init; } = "";
}
