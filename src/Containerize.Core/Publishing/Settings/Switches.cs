using Containerize.Diagnostics;

namespace Containerize.Publishing.Settings;

/// <summary>Settings that are on or off.</summary>
public static class Switches
{
    /// <summary>
    /// Reads a switch; nothing is off. MSBuild takes <c>yes</c> and <c>on</c> for true in some places and as a text in
    /// others, so they are not taken; nor are blanks around the word, since a condition in the targets does not hold
    /// with them.
    /// </summary>
    /// <param name="name">The property, for the error.</param>
    /// <param name="text">Its value.</param>
    /// <exception cref="ContainerizeException">CTZ0203.</exception>
    public static bool Parse(string name, string text) =>
        text.ToUpperInvariant() switch
        {
            "TRUE" => true,
            "FALSE" or "" => false,
            _ => throw new ContainerizeException(
                DiagnosticTable.InvalidSwitch,
                $"{name} is '{text}'. Set it to 'true' or 'false'."
            ),
        };
}
