using System.Text;
using System.Text.RegularExpressions;

namespace Containerize.Attestations;

/// <summary>What a package says of its licence.</summary>
/// <param name="Expression">An SPDX expression; null where there is only an address.</param>
/// <param name="Text">The text of the licence, for an expression that is a <c>LicenseRef-</c>; null for one of SPDX's
/// list.</param>
/// <param name="Address">Where the licence is to be read; null where the package names no address.</param>
public sealed partial record PackageLicense(string? Expression, string? Text = null, string? Address = null)
{
    private const string Known = "https://licenses.nuget.org/",
        Deprecated = "https://aka.ms/deprecateLicenseUrl";

    /// <summary>
    /// The licence of an address in a nuspec: NuGet's own stand for expressions, any other says too little.
    /// </summary>
    public static PackageLicense? OfAddress(string? address) =>
        address switch
        {
            null or "" or Deprecated => null,
            _ when address.StartsWith(Known, StringComparison.Ordinal) => new(
                Uri.UnescapeDataString(address[Known.Length..])
            ),
            _ => new(null, null, address),
        };

    /// <summary>The licence of a file in a package: no licence of the list, but a text of the package's own.</summary>
    public static PackageLicense OfText(string id, string version, string text) =>
        new("LicenseRef-" + Identifier($"{id}-{version}"), text);

    /// <summary>The parts of an expression that stand for licences with a text of their own.</summary>
    internal IEnumerable<string> References =>
        Expression is null ? [] : Reference().Matches(Expression).Select(match => match.Value);

    /// <summary>
    /// A text with letters, digits, dots and hyphens only, as SPDX wants its ids; texts that differ give ids that
    /// differ.
    /// </summary>
    internal static string Identifier(string text)
    {
        var clean = string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '-'));
        return clean == text ? clean : $"{clean}-{Images.Digest.Of(Encoding.UTF8.GetBytes(text)).Abbreviated}";
    }

    [GeneratedRegex(@"LicenseRef-[A-Za-z0-9.\-]+", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
