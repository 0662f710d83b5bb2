using System.CommandLine;
using Containerize.Attestations.Choices;
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

    public void AddTo(Command command) => CommonOptions.DemandValues(command, _key, _identity, _issuer, _root);

    /// <summary>Refuses options that do not fit together, and an identity that is not named whole.</summary>
    /// <exception cref="ContainerizeException">CTZ0470, CTZ0463.</exception>
    public static void Check(ParseResult line) => GivenOptions.Check(SignerTable.Demanding, line);

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
