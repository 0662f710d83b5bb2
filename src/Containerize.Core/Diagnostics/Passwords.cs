using System.Text.RegularExpressions;

namespace Containerize.Diagnostics;

/// <summary>Keeps passwords, private keys and tokens out of messages that repeat what the user wrote, or what a file
/// holds.</summary>
internal static partial class Passwords
{
    /// <summary>The text with stars for a password before a host: <c>user:***@host</c>, with a scheme or
    /// without.</summary>
    public static string Hide(string text) => UserInfo().Replace(text, "$1:***@");

    /// <summary>The text without the letters of private keys in PEM (RFC 7468), whole or cut off, and without those of
    /// signed tokens (RFC 7519).</summary>
    public static string HideKeys(string text) =>
        text.Contains("PRIVATE KEY-----", StringComparison.Ordinal) || text.Contains("eyJ", StringComparison.Ordinal)
            ? Token().Replace(Key().Replace(text, "$1 (not shown)"), "(a token, not shown)")
            : text;

    [GeneratedRegex(@"(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----)[A-Za-z0-9+/=\s:,-]*", RegexOptions.CultureInvariant)]
    private static partial Regex Key();

    [GeneratedRegex(@"\beyJ[A-Za-z0-9_-]{10,}(\.[A-Za-z0-9_-]*){1,2}", RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    // Neither a scheme nor a port before a path nor a tag before a digest is a password.
    [GeneratedRegex(
        @"(?<=^|;\s*|://)([^/@:;\s]*):(?!//|\d+/)[^;\s]*@(?!sha(256|384|512):)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex UserInfo();
}
