using Containerize.Diagnostics;
using Containerize.Packages.Formats;

namespace Containerize.Packages.Resolving;

/// <summary>A package that the user asked for: <c>libfontconfig1</c>, or <c>libssl3=3.0.*</c> with a version.</summary>
/// <param name="Name">The name of the package.</param>
/// <param name="Pin">The version wanted, in which <c>*</c> stands for anything; null for the one that apt would
/// take.</param>
public sealed record PackageRequest(string Name, string? Pin = null)
{
    /// <summary>Reads what stands in <c>Include</c> of a <c>ContainerPackage</c>.</summary>
    /// <exception cref="ContainerizeException">CTZ0079 when it cannot be the name of a package (Debian Policy
    /// 5.6.1).</exception>
    public static PackageRequest Parse(string text)
    {
        var parts = text.Trim().Split('=', 2);
        var name = parts[0].Trim();
        if (
            name.Length == 0
            || !char.IsAsciiLetterOrDigit(name[0])
            || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '+' or '-' or '.')
            || (parts.Length == 2 && string.IsNullOrWhiteSpace(parts[1]))
        )
            throw new ContainerizeException(
                DiagnosticTable.PackageUnknown,
                $"'{text}' in ContainerPackage is not the name of a package: write 'name' or 'name=version', "
                    + "with lower-case letters, digits, '+', '-' and '.' in the name, and '*' in the version for "
                    + "anything."
            );
        return new(name, parts.Length == 2 ? parts[1].Trim() : null);
    }

    /// <summary>Whether the version is one that was asked for.</summary>
    public bool Admits(DebianVersion version) => Pin is null || Matches(Pin, version.Text);

    public override string ToString() => Pin is null ? Name : $"{Name}={Pin}";

    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        var star = pattern.IndexOf('*');
        if (star < 0)
            return pattern.SequenceEqual(text);
        if (!text.StartsWith(pattern[..star]))
            return false;
        for (var from = star; from <= text.Length; from++)
        {
            if (Matches(pattern[(star + 1)..], text[from..]))
                return true;
        }

        return false;
    }
}
