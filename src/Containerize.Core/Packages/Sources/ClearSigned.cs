using System.Text;

namespace Containerize.Packages.Sources;

/// <summary>A clear-signed message (RFC 9580, 7): the text that is signed, and its armored signatures.</summary>
/// <param name="Text">The text, dash-escapes undone. Nothing outside of it is signed, and nothing else is kept.</param>
/// <param name="Signed">The bytes that the signature is over: blanks at line ends cut, CR LF between lines, none at the
/// end.</param>
/// <param name="Signature">The armored signature.</param>
internal sealed record ClearSigned(string Text, byte[] Signed, string Signature)
{
    private const string Begin = "-----BEGIN PGP SIGNED MESSAGE-----";
    private const string BeginSignature = "-----BEGIN PGP SIGNATURE-----";
    private const string EndSignature = "-----END PGP SIGNATURE-----";

    /// <summary>Takes a message apart; null when it is no clear-signed message.</summary>
    public static ClearSigned? Read(string message)
    {
        var lines = message.Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        var headers = lines.TakeWhile(line => line.Length > 0).Count();
        var begin = lines.FindIndex(headers, line => line.TrimEnd() == BeginSignature);
        var end = begin < 0 ? -1 : lines.FindIndex(begin, line => line.TrimEnd() == EndSignature);
        if (lines[0].TrimEnd() != Begin || begin < 0 || end < 0)
            return null;

        var text = lines[(headers + 1)..begin]
            .Select(line => line.StartsWith("- ", StringComparison.Ordinal) ? line[2..] : line)
            .ToList();
        var signed = Encoding.UTF8.GetBytes(string.Join("\r\n", text.Select(line => line.TrimEnd(' ', '\t', '\r'))));
        return new(string.Join('\n', text) + "\n", signed, string.Join('\n', lines[begin..(end + 1)]) + "\n");
    }
}
