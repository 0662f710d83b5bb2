using Containerize.Diagnostics;

namespace Containerize.Attestations.Choices;

/// <summary>A place of keys that cosign reaches by a URI, and that only its own command reaches here.</summary>
/// <param name="Scheme">How the URI begins.</param>
/// <param name="Name">What it is called.</param>
internal sealed record KeyService(string Scheme, string Name)
{
    private static readonly KeyService[] All =
    [
        new("awskms://", "AWS KMS"),
        new("gcpkms://", "Google Cloud KMS"),
        new("azurekms://", "Azure Key Vault"),
        new("hashivault://", "HashiCorp Vault"),
        new("k8s://", "a secret of Kubernetes"),
        new("pkcs11:", "a token (PKCS #11)"),
    ];

    /// <summary>Refuses a text that names such a place.</summary>
    /// <param name="text">The place of a key, as a user writes it; an address may hold a token, and is not
    /// repeated.</param>
    /// <param name="diagnostic">The code.</param>
    /// <param name="signs">Whether the key is to sign, and not to check a signature.</param>
    /// <exception cref="ContainerizeException">The code, and what to write.</exception>
    public static void Refuse(string text, Diagnostic diagnostic, bool signs)
    {
        var service = Array.Find(All, each => text.StartsWith(each.Scheme, StringComparison.OrdinalIgnoreCase));
        if (service is null)
            return;
        throw new ContainerizeException(
            diagnostic,
            $"The key begins with '{service.Scheme}', as cosign names a key in {service.Name}, and that place is not "
                + "reached here. "
                + (
                    signs
                        ? "Have its own command sign: write --key 'exec:COMMAND' and --public-key FILE, or set "
                            + "ContainerSigningCommand and ContainerSigningPublicKey. docs/signing.md has the line "
                            + "for AWS ('aws kms sign … --message-type DIGEST')."
                        : "Have its own command write the public half into a file, and name the file."
                )
        );
    }
}
