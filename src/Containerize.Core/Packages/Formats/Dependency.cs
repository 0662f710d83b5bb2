using System.Buffers;
using System.Collections.Immutable;
using Containerize.Diagnostics;

namespace Containerize.Packages.Formats;

/// <summary>How a version must stand to the one that a relation names (Debian Policy 7.1).</summary>
public enum VersionRelation
{
    Any,
    Earlier,
    EarlierOrEqual,
    Equal,
    LaterOrEqual,
    Later,
}

/// <summary>One name of a relation, with what is asked of its version.</summary>
/// <param name="Name">The name of a package, real or virtual.</param>
/// <param name="Relation">How the version must stand to <paramref name="Version"/>.</param>
/// <param name="Version">The version named; null with <see cref="VersionRelation.Any"/>.</param>
public sealed record PackageRelation(
    string Name,
    VersionRelation Relation = VersionRelation.Any,
    DebianVersion? Version = null
)
{
    /// <summary>Whether a package of that name with that version is one that the relation means.</summary>
    public bool Admits(DebianVersion version) =>
        Relation switch
        {
            VersionRelation.Earlier => version < Version!,
            VersionRelation.EarlierOrEqual => version <= Version!,
            VersionRelation.Equal => version == Version,
            VersionRelation.LaterOrEqual => version >= Version!,
            VersionRelation.Later => version > Version!,
            _ => true,
        };

    /// <summary>
    /// Whether something that provides the name is meant: a relation without version takes any provider, one with a
    /// version only a versioned <c>Provides</c> (Debian Policy 7.5).
    /// </summary>
    public bool AdmitsProvided(DebianVersion? version) =>
        Relation == VersionRelation.Any || (version is not null && Admits(version));

    public override string ToString() => Relation == VersionRelation.Any ? Name : $"{Name} ({Sign} {Version})";

    private string Sign =>
        Relation switch
        {
            VersionRelation.Earlier => "<<",
            VersionRelation.EarlierOrEqual => "<=",
            VersionRelation.Equal => "=",
            VersionRelation.LaterOrEqual => ">=",
            _ => ">>",
        };
}

/// <summary>One relation of a package: alternatives, of which one is enough.</summary>
/// <param name="Alternatives">At least one, in the order in which they are preferred.</param>
public sealed record Dependency(ImmutableArray<PackageRelation> Alternatives)
{
    private static readonly SearchValues<char> NameEnds = SearchValues.Create(" \t\n([<");

    /// <summary>
    /// Reads the value of <c>Depends</c>, <c>Conflicts</c>, <c>Provides</c> and the like. Alternatives that an
    /// architecture list excludes are left out; architecture qualifiers and build profiles do not matter, because the
    /// packages of an image are all of one architecture.
    /// </summary>
    /// <param name="text">The value; null or empty is no relation.</param>
    /// <param name="architecture">The architecture of the image, as Debian calls it.</param>
    /// <exception cref="ContainerizeException">CTZ0078 for text that is no relation.</exception>
    public static ImmutableArray<Dependency> ParseList(string? text, string architecture)
    {
        if (string.IsNullOrWhiteSpace(text))
            return [];
        var list = ImmutableArray.CreateBuilder<Dependency>();
        foreach (var group in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var alternatives = group
                .Split('|', StringSplitOptions.TrimEntries)
                .Select(alternative => ParseOne(alternative, architecture))
                .OfType<PackageRelation>()
                .ToImmutableArray();
            if (!alternatives.IsEmpty)
                list.Add(new Dependency(alternatives));
        }

        return list.ToImmutable();
    }

    public override string ToString() => string.Join(" | ", Alternatives);

    private static PackageRelation? ParseOne(string text, string architecture)
    {
        var rest = text.AsSpan();
        var nameEnd = rest.IndexOfAny(NameEnds);
        var name = nameEnd < 0 ? rest : rest[..nameEnd];
        rest = nameEnd < 0 ? [] : rest[nameEnd..].TrimStart();
        var colon = name.IndexOf(':');
        if (colon >= 0)
            name = name[..colon];
        if (name.IsEmpty)
            throw Invalid(text);

        var relation = new PackageRelation(name.ToString());
        if (rest is ['(', ..])
        {
            var close = rest.IndexOf(')');
            if (close < 0)
                throw Invalid(text);
            relation = WithVersion(relation, rest[1..close].Trim(), text);
            rest = rest[(close + 1)..].TrimStart();
        }

        if (rest is ['[', ..])
        {
            var close = rest.IndexOf(']');
            if (close < 0)
                throw Invalid(text);
            return IncludesArchitecture(rest[1..close].ToString(), architecture) ? relation : null;
        }

        return rest.IsEmpty || rest[0] == '<' ? relation : throw Invalid(text);
    }

    private static PackageRelation WithVersion(PackageRelation relation, ReadOnlySpan<char> clause, string text)
    {
        var signLength = clause.IndexOfAnyExcept("<>=");
        if (signLength <= 0)
            throw Invalid(text);
        // A single < or > means "or equal": dpkg still reads the obsolete forms so.
        var sign = clause[..signLength] switch
        {
            "<<" => VersionRelation.Earlier,
            "<=" or "<" => VersionRelation.EarlierOrEqual,
            "=" => VersionRelation.Equal,
            ">=" or ">" => VersionRelation.LaterOrEqual,
            ">>" => VersionRelation.Later,
            _ => throw Invalid(text),
        };
        return relation with { Relation = sign, Version = DebianVersion.Parse(clause[signLength..].Trim().ToString()) };
    }

    // Either all names are excluded with '!' or none is (Debian Policy 7.1).
    private static bool IncludesArchitecture(string list, string architecture)
    {
        var names = list.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var excluded = names.Any(name => name.StartsWith('!'));
        var matches = names
            .Select(name => name.TrimStart('!'))
            .Any(name => name == architecture || name is "any" or "linux-any" || name == "any-" + architecture);
        return excluded ? !matches : matches;
    }

    private static ContainerizeException Invalid(string text) =>
        new(DiagnosticTable.PackageIndexInvalid, $"'{text}' is not a relation to a package (Debian Policy 7.1).");
}
