using System.Text.RegularExpressions;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries;

namespace Containerize.Inspection.Report.Contents;

/// <summary>
/// Keeps what looks like a secret out of a page that goes from hand to hand. The image still holds it: a mask is no
/// protection for it.
/// </summary>
internal sealed partial class SecretMask
{
    public const string Stars = "***";

    // The values of secret variables, which history repeats.
    private readonly Redactor _values = new();

    public SecretMask(ImageConfig config)
    {
        foreach (var (name, value) in config.Environment.Concat(config.Labels))
        {
            if (SecretName().IsMatch(name))
                _values.Add(value);
        }
    }

    /// <summary>A variable or label with its value, masked where its name or the value asks for it.</summary>
    public ReportedVariable Variable(string name, string value)
    {
        var shown = value.Length > 0 && SecretName().IsMatch(name) ? Stars : Text(value);
        return new ReportedVariable(name, shown, shown != value);
    }

    /// <summary>
    /// A text with masks for values of secret variables, passwords in URLs and assignments to secret names.
    /// </summary>
    public string Text(string text) =>
        KnownShape().Replace(Assignment().Replace(Passwords.Hide(_values.Hide(text)), "${name}" + Stars), Stars);

    [GeneratedRegex(
        @"(passw(or)?d|passphrase|secret|token|credential|api_?key|access_?key|account_?key|private_?key"
            + @"|_pass$|_pwd$|_key$|connection_?strings?)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex SecretName();

    // Values that are secrets whatever they are called: tokens of GitHub, GitLab, Slack and AWS, signed JSON web tokens
    // (RFC 7519), and private keys (RFC 7468).
    [GeneratedRegex(
        @"\bgh[opsur]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{20,}|\bxox[abprs]-[\w-]{10,}"
            + @"|\b(AKIA|ASIA)[A-Z0-9]{16}\b|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]+"
            + @"|-----BEGIN [A-Z ]*PRIVATE KEY-----(.*?-----END [A-Z ]*PRIVATE KEY-----|.*)",
        RegexOptions.CultureInvariant | RegexOptions.Singleline
    )]
    private static partial Regex KnownShape();

    // NAME=value and --name=value, in a command, an ARG, or a connection string; a quoted value to its closing quote.
    [GeneratedRegex(
        @"(?<name>\b\w*(passw(or)?d|\bpwd|secret|token|api_?key|access_?key|account_?key|private_?key)""?=)"
            + @"(""(\\.|[^""\\])*""|'[^']*'|[^\s;""'&\]]+)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Assignment();
}
