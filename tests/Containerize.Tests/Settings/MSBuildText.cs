using System.Globalization;

namespace Containerize.Tests.Settings;

/// <summary>Texts as a project file has to write them so that MSBuild reads them as they are.</summary>
internal static class MSBuildText
{
    /// <summary>
    /// The text with everything that MSBuild or XML makes something of written as <c>%XX</c>; a value that looks like
    /// an XML element is one to MSBuild, and comes out formatted.
    /// </summary>
    public static string Escape(string text) =>
        string.Concat(
            text.Select(letter =>
                "%$@();?*'<>\r\n\t".Contains(letter, StringComparison.Ordinal)
                    ? string.Create(CultureInfo.InvariantCulture, $"%{(int)letter:X2}")
                    : letter.ToString()
            )
        );
}
