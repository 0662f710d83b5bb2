using Containerize.Diagnostics;

namespace Containerize.Settings;

/// <summary>Settings that are on or off.</summary>
public static class Switches
{
    /// <summary>Reads a switch; nothing is off. MSBuild's conditions know only these two words, so no others are taken.</summary>
    /// <param name="name">The property, for the error.</param>
    /// <param name="text">Its value.</param>
    /// <exception cref="ContainerizeException">CTZ0203.</exception>
    public static bool Parse(string name, string text) => text.Trim().ToUpperInvariant() switch
    {
        "TRUE" => true,
        "FALSE" or "" => false,
        _ => throw new ContainerizeException(DiagnosticTable.InvalidSwitch, $"{name} is '{text}'. Set it to 'true' or 'false'."),
    };
}
