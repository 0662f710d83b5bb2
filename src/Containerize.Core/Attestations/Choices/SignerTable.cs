using System.Collections.Immutable;
using Containerize.Diagnostics;

namespace Containerize.Attestations.Choices;

/// <summary>
/// Which options belong to which way of signing, or of demanding a signature. The command and a project go by the same
/// rows, and an option that nothing would read is an error; not so a property that a project which signs nothing has
/// from a file of several projects (docs/decisions/0256-options-of-signatures-fit-together.md).
/// </summary>
internal sealed class SignerTable
{
    private static readonly SignerWay Key = new("--key FILE", "ContainerSigningKey"),
        Command = new("--key exec:COMMAND", "ContainerSigningCommand"),
        Keyless = new("--keyless", "ContainerSigning=keyless"),
        PublicKey = new("--key", "ContainerBaseImageKey"),
        Identity = new("--certificate-identity", "ContainerBaseImageIdentity"),
        Policy = new("--notation-policy", "");

    private readonly string _verb;

    private SignerTable(string verb, ImmutableArray<ImmutableArray<SignerWay>> excluding) =>
        (_verb, Excluding) = (verb, excluding);

    /// <summary>Options of <c>sign</c> and <c>attest</c>, and the properties of a publish.</summary>
    public static SignerTable Signing { get; } =
        new(
            "signs",
            [
                [Key, Command, Keyless],
            ]
        )
        {
            Options =
            [
                new("--key", "", Key, Command)
                {
                    Chooses = value => value.StartsWith("exec:", StringComparison.Ordinal) ? Command : Key,
                },
                new("", "ContainerSigningKey", Key) { Chooses = _ => Key },
                new("", "ContainerSigningCommand", Command) { Chooses = _ => Command },
                new("--keyless", "ContainerSigning", Keyless)
                {
                    Chooses = _ => Keyless,
                    IsGiven = value => value.Length > 0 && !value.Equals("false", StringComparison.OrdinalIgnoreCase),
                },
                new("--public-key", "ContainerSigningPublicKey", Command) { IsOfHow = true },
                new("--certificate", "ContainerSigningCertificate", Key, Command),
                new("--simple-signing", "ContainerSimpleSigning", Key, Command)
                {
                    IsGiven = value => value.Equals("true", StringComparison.OrdinalIgnoreCase),
                    IsOfHow = true,
                },
                new("--fulcio-url", "ContainerFulcioUrl", Keyless) { IsOfHow = true },
                new("--rekor-url", "ContainerRekorUrl", Keyless) { IsOfHow = true },
                new("--timestamp-url", "ContainerTimestampUrl", Keyless) { IsOfHow = true },
            ],
        };

    /// <summary>Options of <c>verify</c> and <c>report</c>, and the properties about a base.</summary>
    public static SignerTable Demanding { get; } =
        new(
            "must have signed",
            [
                [PublicKey, Identity],
            ]
        )
        {
            Options =
            [
                new("--key", "ContainerBaseImageKey", PublicKey) { Chooses = _ => PublicKey },
                new("--certificate-identity", "ContainerBaseImageIdentity", Identity) { Chooses = _ => Identity },
                new("--certificate-oidc-issuer", "ContainerBaseImageIssuer", Identity),
                new("--trusted-root", "ContainerBaseImageTrustedRoot", Identity),
                new("--notation-policy", "", Policy) { Chooses = _ => Policy },
                new("--notation-store", "", Policy),
                new("--type", "", PublicKey, Identity),
            ],
        };

    /// <summary>The rows.</summary>
    public required ImmutableArray<SignerOption> Options { get; init; }

    /// <summary>Ways of which one at most may be chosen.</summary>
    private ImmutableArray<ImmutableArray<SignerWay>> Excluding { get; }

    /// <summary>Refuses options that do not fit together, and an identity that is not named whole.</summary>
    /// <param name="valueOf">The value of an option, by its name; empty for one that is not given.</param>
    /// <param name="inProject">Whether the names are those of properties.</param>
    /// <exception cref="ContainerizeException">CTZ0470, CTZ0463.</exception>
    public void Check(Func<string, string> valueOf, bool inProject)
    {
        var given = Options
            .Where(option => option.Name(inProject).Length > 0 && option.IsGiven(valueOf(option.Name(inProject))))
            .ToList();
        var chosen = given
            .Where(option => option.Chooses is not null)
            .Select(option => option.Chooses!(valueOf(option.Name(inProject))))
            .ToList();
        foreach (var group in Excluding)
        {
            var several = chosen.Where(group.Contains).Select(way => Words(way, inProject)).ToList();
            if (several.Count > 1)
                throw Misfit(
                    $"{several[0]} and {several[1]} are both given, and one of them {_verb}. Leave one of them out"
                );
        }

        // Projects share such properties, and not each of them signs.
        if (inProject && given.TrueForAll(option => option.IsOfHow))
            return;
        if (given.Find(option => !option.Ways.Any(chosen.Contains)) is { } stray)
            throw Misfit(Stray(stray, chosen, inProject));
        if (chosen.Contains(Identity))
            DemandWhole(given, inProject);
    }

    private string Stray(SignerOption stray, List<SignerWay> chosen, bool inProject)
    {
        var ways = stray.Ways.Select(way => Words(way, inProject)).Where(words => words.Length > 0).ToArray();
        var (name, its) = (stray.Name(inProject), string.Join(" or ", ways));
        // Of the ways that are chosen, the one that stands in the way of the stray option's own.
        var other = chosen.Find(way => Excluding.Any(group => group.Contains(way) && stray.Ways.Any(group.Contains)));
        return other is null
            ? $"{name} goes with {its}, which is not given, and nothing would read it. Write {its} too, or leave "
                + $"{name} out"
            : $"{name} goes with {its}, and {Words(other, inProject)} is given: nothing would read {name}. Leave "
                + $"{name} out, or write {its} instead of {Words(other, inProject)}";
    }

    private void DemandWhole(List<SignerOption> given, bool inProject)
    {
        var missing = Options
            .Where(option => option.Ways is [var way] && way == Identity && !given.Contains(option))
            .Select(option => option.Name(inProject))
            .ToArray();
        if (missing.Length > 0)
            throw new ContainerizeException(
                DiagnosticTable.IdentityIncomplete,
                $"{Words(Identity, inProject)} counts with its issuer and the authorities that certify both: write "
                    + $"{string.Join(" and ", missing)}, too."
            );
    }

    private static string Words(SignerWay way, bool inProject) => inProject ? way.Property : way.Option;

    private static ContainerizeException Misfit(string what) => new(DiagnosticTable.SignerOptionsMisfit, what + ".");
}
