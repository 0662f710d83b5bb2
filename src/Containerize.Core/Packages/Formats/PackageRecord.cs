using System.Collections.Immutable;
using System.Globalization;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Packages.Formats;

/// <summary>One version of a package as an index, a status file or the package itself describes it.</summary>
public sealed class PackageRecord
{
    private ImmutableArray<Dependency>? _depends;
    private ImmutableArray<Dependency>? _conflicts;
    private ImmutableArray<PackageRelation>? _provides;
    private readonly string _architecture;
    private readonly string _where;

    /// <summary>A record from its stanza.</summary>
    /// <param name="stanza">The stanza.</param>
    /// <param name="architecture">The architecture of the image, as Debian calls it: what relations are read
    /// for.</param>
    /// <param name="where">Where the stanza stands, for errors.</param>
    /// <exception cref="ContainerizeException">CTZ0078 when the name, version or architecture is missing.</exception>
    public PackageRecord(Deb822 stanza, string architecture, string where)
    {
        Stanza = stanza;
        _architecture = architecture;
        _where = where;
        Name = Require("Package");
        Version = DebianVersion.Parse(Require("Version"));
        Architecture = Require("Architecture");
    }

    /// <summary>All the fields.</summary>
    public Deb822 Stanza { get; }

    public string Name { get; }

    public DebianVersion Version { get; }

    /// <summary>The architecture that it was built for; <c>all</c> for a package that fits every one.</summary>
    public string Architecture { get; }

    /// <summary>Whether the system of a normal installation cannot do without it.</summary>
    public bool IsEssential => Stanza["Essential"] == "yes";

    /// <summary>Whether apt refuses to remove it.</summary>
    public bool IsProtected => Stanza["Protected"] == "yes" || Stanza["Important"] == "yes";

    /// <summary>How important it is, 1 (required) to 5 (extra), 6 when it does not say.</summary>
    public int PriorityRank =>
        Stanza["Priority"] switch
        {
            "required" => 1,
            "important" => 2,
            "standard" => 3,
            "optional" => 4,
            "extra" => 5,
            _ => 6,
        };

    /// <summary>What it cannot run without: <c>Depends</c>, then <c>Pre-Depends</c>.</summary>
    public ImmutableArray<Dependency> Depends => _depends ??= [.. Relations("Pre-Depends"), .. Relations("Depends")];

    /// <summary>What it cannot be installed beside: <c>Conflicts</c>, then <c>Breaks</c>.</summary>
    public ImmutableArray<Dependency> Conflicts => _conflicts ??= [.. Relations("Conflicts"), .. Relations("Breaks")];

    /// <summary>The packages some of whose files it may take over.</summary>
    public ImmutableArray<Dependency> Replaces => Relations("Replaces");

    /// <summary>The other names under which it can be needed.</summary>
    public ImmutableArray<PackageRelation> Provides =>
        _provides ??= [.. Relations("Provides").SelectMany(provided => provided.Alternatives)];

    /// <summary>Where the package file lies, relative to the root of its source.</summary>
    public string FileName => Require("Filename");

    /// <summary>How many bytes the package file has.</summary>
    public long Size =>
        long.TryParse(Require("Size"), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? size
            : throw Invalid("Size");

    /// <summary>The digest of the package file.</summary>
    public Digest Digest =>
        Digest.TryParse("sha256:" + Require("SHA256"), out var digest) ? digest : throw Invalid("SHA256");

    public override string ToString() => $"{Name} {Version}";

    /// <summary>Whether this package is one that the relation means, by its own name or by what it provides.</summary>
    public bool Satisfies(PackageRelation relation) =>
        (Name == relation.Name && relation.Admits(Version)) || ProvidesFor(relation);

    /// <summary>Whether something that it provides is what the relation means.</summary>
    public bool ProvidesFor(PackageRelation relation)
    {
        foreach (var provided in Provides)
        {
            if (provided.Name == relation.Name && relation.AdmitsProvided(provided.Version))
                return true;
        }

        return false;
    }

    private ImmutableArray<Dependency> Relations(string field) => Dependency.ParseList(Stanza[field], _architecture);

    private string Require(string field) => Stanza[field] is { Length: > 0 } value ? value : throw Invalid(field);

    private ContainerizeException Invalid(string field) =>
        new(
            DiagnosticTable.PackageIndexInvalid,
            $"{_where}: the record of the package '{Stanza["Package"]}' has no valid field '{field}'."
        );
}
