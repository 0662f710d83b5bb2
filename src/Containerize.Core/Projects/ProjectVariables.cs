using System.Text.RegularExpressions;
using Containerize.Diagnostics;
using Containerize.Packages;

namespace Containerize.Projects;

/// <summary>The environment variables of a project's image.</summary>
public static partial class ProjectVariables
{
    /// <summary>The variables, without what is not a name.</summary>
    /// <param name="own">The items <c>ContainerEnvironmentVariable</c>.</param>
    /// <param name="ofPackages">Whether the base is made of packages: it brings what Microsoft's images bring, unless
    /// the project says otherwise.</param>
    /// <param name="isAspNetCore">Whether the app uses ASP.NET Core.</param>
    /// <param name="log">Receives a warning for each that is left out.</param>
    public static IEnumerable<KeyValuePair<string, string>> Read(
        IReadOnlyCollection<KeyValuePair<string, string>> own,
        bool ofPackages,
        bool isAspNetCore,
        IProjectLog log
    ) =>
        (ofPackages ? PackagesBase.EnvironmentOf(isAspNetCore) : [])
            .Where(pair => own.All(variable => variable.Key != pair.Key))
            .Concat(own.Where(variable => IsVariable(variable, log)));

    private static bool IsVariable(KeyValuePair<string, string> variable, IProjectLog log)
    {
        if (VariableName().IsMatch(variable.Key))
            return true;
        // What follows '=' may be a password.
        var pair = variable.Key.Split('=', 2);
        log.Warn(
            DiagnosticTable.InvalidVariable,
            $"'{pair[0]}{(pair.Length > 1 ? "=…" : "")}' is no name of an environment variable (letters, digits and "
                + "'_', no digit first); "
                + "the variable is left out."
                + (
                    pair.Length > 1
                        ? $" Write the value as metadata: <ContainerEnvironmentVariable Include=\"{pair[0]}\" "
                            + "Value=\"…\" />."
                        : ""
                )
        );
        return false;
    }

    [GeneratedRegex(@"^[a-zA-Z_][a-zA-Z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex VariableName();
}
