using System.CommandLine;
using System.CommandLine.Parsing;
using Containerize.Attestations.Keyless;
using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;

namespace Containerize.Tool.Commands;

/// <summary>Who must have signed an image: a key, or an identity.</summary>
/// <param name="keyHelp">What <c>--key</c> says of itself.</param>
internal sealed class SignerOptions(string keyHelp)
{
    private readonly Option<string> _key = new("--key")
    {
        Description = keyHelp + " by this public key: a PEM file, or env://NAME.",
        HelpName = "KEY",
    };

    private readonly Option<string> _identity = new("--certificate-identity")
    {
        Description = keyHelp + " by this identity: the one name in the certificate.",
        HelpName = "IDENTITY",
    };

    private readonly Option<string> _issuer = new("--certificate-oidc-issuer")
    {
        Description = "The URL of the issuer that vouches for the identity.",
        HelpName = "URL",
    };

    private readonly Option<string> _root = new("--trusted-root")
    {
        Description = "The file with the authorities and logs that certify the identity: sigstore's trusted_root.json.",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        CommonOptions.DemandValues(command, _key, _identity, _issuer, _root);
        command.Validators.Add(result =>
        {
            var words = new[] { _identity, _issuer, _root }.Count(option => result.GetValue(option) is { Length: > 0 });
            if (words is not (0 or 3))
                result.AddError(
                    "An identity counts with its issuer and a trusted root: write --certificate-identity, "
                        + "--certificate-oidc-issuer and --trusted-root together."
                );
            else if (words == 3 && result.GetValue(_key) is { Length: > 0 })
                result.AddError("Either a key must have signed or an identity: leave --key out, or the identity.");
        });
    }

    /// <summary>Whether somebody is named.</summary>
    public bool IsAsked(CommandResult line) =>
        line.GetValue(_key) is { Length: > 0 } || line.GetValue(_identity) is { Length: > 0 };

    /// <summary>Opens the key, or reads the root of the identity.</summary>
    /// <returns>Null where no signature is demanded.</returns>
    /// <exception cref="ContainerizeException">CTZ0363, CTZ0461.</exception>
    public TrustedSigner? Open(ToolHost host, ParseResult line)
    {
        if (line.GetValue(_key) is { Length: > 0 } key)
            return KeyOptions.Source(host).OpenPublic(key);
        return line.GetValue(_identity) is { Length: > 0 } identity
            ? new TrustedIdentity(
                identity,
                line.GetRequiredValue(_issuer),
                TrustedRoot.Open(host.PathOf(line.GetRequiredValue(_root)))
            )
            : null;
    }
}
