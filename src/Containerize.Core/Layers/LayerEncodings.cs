namespace Containerize.Layers;

/// <summary>How the layers of an image are stored: those that last, which a machine packs once in months, and all
/// others.</summary>
/// <param name="Usual">For layers that change with the app.</param>
/// <param name="Lasting">For operating-system packages and the .NET runtime.</param>
public sealed record LayerEncodings(LayerEncoding Usual, LayerEncoding Lasting)
{
    /// <summary>What the layer format is by default, for every layer.</summary>
    public static LayerEncodings Default { get; } = All(LayerEncoding.Default);

    /// <summary>The same for every layer.</summary>
    public static LayerEncodings All(LayerEncoding encoding) => new(encoding, encoding);

    /// <summary>How the layer of a name is stored.</summary>
    public LayerEncoding Of(string layerName) =>
        layerName is LayerNames.Packages or LayerNames.Runtime ? Lasting : Usual;

    /// <summary>The formats, for a person: one where all layers have the same.</summary>
    public override string ToString() =>
        Usual == Lasting
            ? Usual.Format
            : $"{Usual.Format}, {LayerNames.Packages} and {LayerNames.Runtime} {Lasting.Format}";
}
