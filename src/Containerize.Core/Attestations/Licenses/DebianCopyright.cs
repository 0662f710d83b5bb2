namespace Containerize.Attestations.Licenses;

/// <summary>The licences that a Debian package declares (copyright-format 1.0).</summary>
internal static class DebianCopyright
{
    private const string Format = "Format:",
        Reference = "LicenseRef-";

    private static readonly string[] Families = ["GPL-", "LGPL-", "AGPL-", "GFDL-"];

    /// <summary>The licences of all files of a package, as one SPDX expression.</summary>
    /// <param name="text">The file <c>copyright</c>.</param>
    /// <returns>Null for a file that only people can read, and where files have no licence with a name.</returns>
    public static string? Parse(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        if (
            !lines[0].StartsWith(Format, StringComparison.OrdinalIgnoreCase)
            || !lines[0].Contains("copyright-format/1", StringComparison.Ordinal)
        )
            return null;
        var (names, license, hasFiles) = (new SortedSet<string>(StringComparer.Ordinal), "", false);
        foreach (var line in lines.Append(""))
        {
            if (line.StartsWith("License:", StringComparison.OrdinalIgnoreCase))
                license = line["License:".Length..].Trim();
            hasFiles |= line.StartsWith("Files:", StringComparison.OrdinalIgnoreCase);
            if (line.Trim().Length > 0)
                continue;
            // Files without a named licence may be under any.
            if (hasFiles && license.Length == 0)
                return null;
            // A paragraph without files is the text of a licence that others name.
            if (hasFiles)
                names.Add(Expression(license));
            (license, hasFiles) = ("", false);
        }

        return names.Count switch
        {
            0 => null,
            1 => names.Min,
            _ => string.Join(
                " AND ",
                names.Select(name => name.Contains(" OR ", StringComparison.Ordinal) ? $"({name})" : name)
            ),
        };
    }

    // Names are Debian's: 'GPL-2+ or Artistic'. With commas the order of words is not that of SPDX.
    private static string Expression(string license)
    {
        var words = license.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (license.Contains(',', StringComparison.Ordinal) || words.Contains("with", StringComparer.OrdinalIgnoreCase))
            return Own(license);
        var choices = string.Join(' ', words).Split(" or ");
        return string.Join(" OR ", choices.Select(choice => string.Join(" AND ", choice.Split(" and ").Select(Name))));
    }

    private static string Name(string name) =>
        name.ToUpperInvariant() switch
        {
            "EXPAT" => "MIT",
            "ARTISTIC" => "Artistic-1.0-Perl",
            _ => Versioned(name) ?? SpdxIds.License(name) ?? Own(name),
        };

    private static string? Versioned(string name)
    {
        var family = Families.FirstOrDefault(each => name.StartsWith(each, StringComparison.OrdinalIgnoreCase));
        if (family is null)
            return null;
        var number = name[family.Length..].TrimEnd('+');
        var full = number.Contains('.', StringComparison.Ordinal) ? number : number + ".0";
        return SpdxIds.License(family + full + (name.EndsWith('+') ? "-or-later" : "-only"));
    }

    private static string Own(string name) =>
        Reference + string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' ? c : '-')).Trim('-');
}
