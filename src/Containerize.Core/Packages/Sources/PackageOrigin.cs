namespace Containerize.Packages.Sources;

/// <summary>Where package files are fetched from, and what its release says of itself.</summary>
/// <param name="Root">The URL that the paths of an index are relative to; it ends with a slash.</param>
/// <param name="Distribution">Who made it, as <c>Origin</c> says: <c>Debian</c>.</param>
/// <param name="Codename">The name of the release without <c>-updates</c> and the like: <c>bookworm</c>.</param>
public sealed record PackageOrigin(Uri Root, string Distribution = "", string Codename = "");
