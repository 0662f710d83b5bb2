namespace Containerize.Publishing.Files;

/// <summary>The layer of a file, and why it lies there.</summary>
/// <param name="Layer">The layer's name.</param>
/// <param name="Why">What decided it: <c>package Serilog 4.4.0</c>, <c>below wwwroot/</c>.</param>
public sealed record LayerReason(string Layer, string Why);
