using System.Text.RegularExpressions;

namespace Containerize.Diagnostics;

/// <summary>Keeps passwords out of messages that repeat what the user wrote.</summary>
internal static partial class Passwords
{
    /// <summary>The text with stars for a password before a host: <c>user:***@host</c>, with a scheme or
    /// without.</summary>
    public static string Hide(string text) => UserInfo().Replace(text, "$1:***@");

    // Neither a scheme nor a port before a path nor a tag before a digest is a password.
    [GeneratedRegex(
        @"(?<=^|;\s*|://)([^/@:;\s]*):(?!//|\d+/)[^;\s]*@(?!sha(256|384|512):)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex UserInfo();
}
