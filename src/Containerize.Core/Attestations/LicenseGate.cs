using System.Collections.Immutable;
using Containerize.Attestations.Licenses;
using Containerize.Diagnostics;

namespace Containerize.Attestations;

/// <summary>The licences that packages of an image may be under.</summary>
/// <param name="Allowed">The licences; with an exception only where one names it.</param>
/// <param name="Exceptions">Reasons for packages that may be under another one, by id, which knows no case.</param>
internal sealed record LicenseGate(
    ImmutableArray<License> Allowed,
    ImmutableSortedDictionary<string, string> Exceptions
)
{
    private const int MostNamed = 20;

    /// <summary>Whether anything is demanded.</summary>
    public bool IsOpen => Allowed.IsEmpty;

    /// <summary>Reads what a project says.</summary>
    /// <param name="allowed">SPDX expressions with <c>;</c> between them; empty demands nothing.</param>
    /// <param name="exceptions">Packages with their reasons.</param>
    /// <exception cref="ContainerizeException">CTZ0371, CTZ0372.</exception>
    public static LicenseGate Parse(string allowed, IEnumerable<(string Package, string Reason)> exceptions)
    {
        var reasons = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (package, reason) in exceptions)
            reasons[package] =
                reason.Trim().Length > 0
                    ? SingleLineText.Of(reason)
                    : throw new ContainerizeException(
                        DiagnosticTable.LicenseExceptionWithoutReason,
                        $"ContainerLicenseException '{package}' has no Reason. Write why its licence may pass: "
                            + $"<ContainerLicenseException Include=\"{package}\" Reason=\"…\" />; it goes into the "
                            + "SBOM."
                    );
        var parts = SettingList.Parse(allowed);
        // Properties that are put together and are both empty must not open the gate.
        if (allowed.Length > 0 && parts.Length == 0)
            throw Invalid(allowed, "holds no licence");
        return new(
            [.. parts.SelectMany(text => LicensesOf(LicenseExpression.Parse(text), text))],
            reasons.ToImmutable()
        );
    }

    /// <summary>Refuses packages under other licences, and those whose licence is not known.</summary>
    /// <param name="components">What is in the image.</param>
    /// <param name="includesRuntime">Whether the .NET runtime among them comes with the publish, and not with the
    /// base.</param>
    /// <exception cref="ContainerizeException">CTZ0370.</exception>
    public void Check(ImmutableArray<Component> components, bool includesRuntime)
    {
        if (IsOpen)
            return;
        var faults = components
            .Where(component =>
                component.Kind is ComponentKind.Package or ComponentKind.SystemPackage
                || (includesRuntime && component.Kind == ComponentKind.Framework)
            )
            .Where(component => !Exceptions.ContainsKey(component.Name))
            .Select(component => (Component: component, Why: FaultOf(component.License)))
            .Where(fault => fault.Why is not null)
            .ToArray();
        if (faults.Length == 0)
            return;
        var chains = ReferenceChains.Of(components);
        var named = faults
            .Take(MostNamed)
            .Select(fault =>
                $"{fault.Component.Name} {fault.Component.Version} {fault.Why} ({chains.To(fault.Component)})"
            );
        throw new ContainerizeException(
            DiagnosticTable.LicenseNotAllowed,
            "Not allowed by ContainerAllowedLicenses: "
                + string.Join("; ", named)
                + (faults.Length > MostNamed ? $"; and {faults.Length - MostNamed} more" : "")
                + ". Nothing was pushed. Replace the package, add its licence to ContainerAllowedLicenses, or make "
                + "an exception: "
                + $"<ContainerLicenseException Include=\"{faults[0].Component.Name}\" Reason=\"…\" />."
        );
    }

    private string? FaultOf(PackageLicense? license) =>
        license?.Expression is not { } text
            ? license?.Address is { } address
                ? $"names no licence but the address {SingleLineText.Of(address)}"
                : "has no known licence"
            : LicenseExpression.Parse(text) is not { } expression
                ? $"is under '{SingleLineText.Of(text)}', which is no SPDX expression with known ids"
                : expression.IsWithin(Allowed)
                    ? null
                    : $"is under {expression}";

    // One that is allowed only together with another says nothing about either.
    private static IEnumerable<License> LicensesOf(LicenseExpression? expression, string text) =>
        expression switch
        {
            License license => [license],
            OneOf either => LicensesOf(either.Left, text).Concat(LicensesOf(either.Right, text)),
            _ => throw Invalid(text, "is no licence of SPDX's list"),
        };

    private static ContainerizeException Invalid(string text, string why) =>
        new(
            DiagnosticTable.InvalidAllowedLicenses,
            $"ContainerAllowedLicenses has '{SingleLineText.Of(text)}', which {why}. Write ids with ';' between them, "
                + "such as 'MIT;Apache-2.0;GPL-2.0-only WITH Classpath-exception-2.0'; expressions with AND are not "
                + "accepted."
        );
}
