using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Containerize.Diagnostics;
using Containerize.Images;
using Tomlyn;
using Tomlyn.Model;
using Tomlyn.Serialization;

namespace Containerize.Stores.Registries.Configuration;

/// <summary>
/// Where images are pulled from instead (containers-registries.conf(5), version 2): other locations, mirrors, what is
/// insecure and what is blocked. Pushes go where the user says.
/// </summary>
internal sealed partial class RegistriesConf
{
    private readonly ImmutableArray<Entry> _entries;

    private RegistriesConf(ImmutableArray<Entry> entries) => _entries = entries;

    /// <summary>Hosts that some entry says are insecure.</summary>
    public IEnumerable<string> Insecure =>
        _entries
            .SelectMany(entry => entry.Mirrors.Append(entry.Self))
            .Where(place => place.Insecure)
            .Select(place => place.Location.Split('/')[0]);

    /// <summary>Reads the user's file or else the machine's, with the drop-ins of both.</summary>
    /// <exception cref="ContainerizeException">CTZ0063 for a file that cannot be read.</exception>
    public static RegistriesConf Read(MachineEnvironment environment)
    {
        var (user, machine) = (
            environment.Config("containers", "registries.conf"),
            MachineEnvironment.Below(environment.System, "containers", "registries.conf")
        );
        var main = environment.Variable("CONTAINERS_REGISTRIES_CONF") ?? (File.Exists(user) ? user : machine);
        // What is read later replaces what was read before under the same prefix.
        var files = new[] { main }.Concat(new[] { machine, user }.OfType<string>().SelectMany(DropIns));
        var entries = new Dictionary<string, Entry>(StringComparer.Ordinal);
        foreach (var file in files.Where(File.Exists))
        {
            foreach (var entry in Parse(ReadText(file!), file!))
                entries[entry.Prefix] = entry;
        }

        return new RegistriesConf([.. entries.Values]);
    }

    /// <summary>Reads one document.</summary>
    /// <param name="text">The TOML.</param>
    /// <param name="where">What the user calls it, for errors.</param>
    /// <exception cref="ContainerizeException">CTZ0063.</exception>
    public static RegistriesConf ParseText(string text, string where) => new(Parse(text, where));

    /// <summary>Where the image is pulled from, in order; the last is the registry itself.</summary>
    /// <exception cref="ContainerizeException">CTZ0038 when it is blocked.</exception>
    public ImmutableArray<ImageReference> PlacesOf(ImageReference reference)
    {
        var entry = _entries.Where(entry => entry.Covers(reference)).MaxBy(entry => entry.Prefix.Length);
        if (entry is null)
            return [reference];
        if (entry.Blocked)
            throw new ContainerizeException(
                DiagnosticTable.RegistryBlocked,
                $"{reference} is not pulled: {entry.Where} blocks '{entry.Prefix}'. Use another base image, or "
                    + "change that file."
            );
        return
        [
            .. entry
                .Mirrors.Where(mirror => mirror.Takes(reference))
                .Append(entry.Self)
                .Select(place => entry.Rewrite(reference, place.Location)),
        ];
    }

    private static IEnumerable<string> DropIns(string file) =>
        Directory.Exists(file + ".d")
            ? Directory.EnumerateFiles(file + ".d", "*.conf").Order(StringComparer.Ordinal)
            : [];

    private static string ReadText(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Invalid(file, exception.Message);
        }
    }

    // What distributions install names no registry at all, and to get ready to read TOML takes longer than all the rest
    // of the settings. A comment, a name for an image, or a text or a list of texts in one line, of a key that is not
    // "registry".
    [GeneratedRegex(
        """^\s*(\[aliases\]|((?!registry\b)[a-z-]+|"[^"\\]+")\s*=\s*"""
            + """("[^"\\]*"|\[\s*("[^"\\]*"(\s*,\s*"[^"\\]*")*)?\s*\]))?\s*(\#.*)?$""",
        RegexOptions.ExplicitCapture
    )]
    private static partial Regex NamesNoRegistry();

    private static ImmutableArray<Entry> Parse(string text, string where)
    {
        if (text.Split('\n').All(line => NamesNoRegistry().IsMatch(line)))
            return [];
        try
        {
            var table = TomlSerializer.Deserialize<TomlTable>(text, new Untyped()) ?? [];
            return [.. Tables(table, "registry").Select(registry => Entry.Read(registry, where))];
        }
        catch (TomlException exception)
        {
            throw Invalid(where, SingleLineText.Of(exception.Message));
        }
    }

    private static ContainerizeException Invalid(string where, string what) =>
        new(
            DiagnosticTable.InvalidRegistriesConf,
            $"'{where}' cannot be used: {what.TrimEnd('.')}. Mend it as containers-registries.conf(5) says."
        );

    // Tables alone, without a look at types while it runs: a native program has none to look at.
    private sealed class Untyped : TomlSerializerContext
    {
        public override TomlTypeInfo? GetTypeInfo(Type type, TomlSerializerOptions options) =>
            type == typeof(TomlTable) ? GetBuiltInTypeInfo<TomlTable>(options) : null;
    }

    private sealed record Place(string Location, bool Insecure, string From)
    {
        public bool Takes(ImageReference reference) =>
            From switch
            {
                "digest-only" => reference.Digest is not null,
                "tag-only" => reference.Digest is null,
                _ => true,
            };

        public static Place Read(TomlTable table, string where, string? fallback, string from) =>
            new(
                Text(table, "location", where)
                    ?? fallback
                    ?? throw Invalid(where, "a registry or mirror has no 'location'"),
                Flag(table, "insecure", where),
                Text(table, "pull-from-mirror", where) ?? from
            );
    }

    private sealed record Entry(string Prefix, Place Self, ImmutableArray<Place> Mirrors, bool Blocked, string Where)
    {
        public static Entry Read(TomlTable table, string where)
        {
            var prefix =
                Text(table, "prefix", where)
                ?? Text(table, "location", where)
                ?? throw Invalid(where, "a registry has neither 'prefix' nor 'location'");
            var from = Flag(table, "mirror-by-digest-only", where) ? "digest-only" : "all";
            var mirrors = Tables(table, "mirror")
                .Select(mirror => Place.Read(mirror, where, null, from))
                .ToImmutableArray();
            // With a wildcard there may be no other location: the reference stays as it is.
            return new Entry(
                prefix,
                Place.Read(table, where, prefix, "all"),
                mirrors,
                Flag(table, "blocked", where),
                where
            );
        }

        public bool Covers(ImageReference reference) =>
            Prefix.StartsWith("*.", StringComparison.Ordinal)
                ? reference.Registry.EndsWith(Prefix[1..], StringComparison.Ordinal)
                : Rest(reference) is not null;

        public ImageReference Rewrite(ImageReference reference, string location)
        {
            if (location.StartsWith("*.", StringComparison.Ordinal))
                return reference;
            var name =
                location
                + (Prefix.StartsWith("*.", StringComparison.Ordinal) ? $"/{reference.Repository}" : Rest(reference)!);
            var slash = name.IndexOf('/', StringComparison.Ordinal);
            var (registry, repository) = slash < 0 ? (name, "") : (name[..slash], name[(slash + 1)..]);
            return ImageReference.IsRegistry(registry) && ImageReference.IsRepository(repository)
                ? reference with
                {
                    Registry = registry,
                    Repository = repository,
                }
                : throw Invalid(
                    Where,
                    $"'{SingleLineText.Of(location)}' makes '{SingleLineText.Of(name)}' of {reference.Name}, "
                        + "which is no repository"
                );
        }

        private string? Rest(ImageReference reference)
        {
            if (!reference.Name.StartsWith(Prefix, StringComparison.Ordinal))
                return null;
            var rest = reference.Name[Prefix.Length..];
            return rest.Length == 0 || rest[0] == '/' ? rest : null;
        }
    }

    // Written with [[name]], or as a list in one line.
    private static IEnumerable<TomlTable> Tables(TomlTable table, string name) =>
        table.TryGetValue(name, out var value) && value is IEnumerable<object> list ? list.OfType<TomlTable>() : [];

    private static string? Text(TomlTable table, string name, string where)
    {
        if (!table.TryGetValue(name, out var value))
            return null;
        if (value is string text)
            return text.Length > 0 ? text.TrimEnd('/') : null;
        throw Invalid(where, $"'{name}' is not a text");
    }

    private static bool Flag(TomlTable table, string name, string where) =>
        table.TryGetValue(name, out var value)
        && (value as bool? ?? throw Invalid(where, $"'{name}' is neither true nor false"));
}
