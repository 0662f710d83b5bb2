using Containerize.Attestations.Choices;
using Containerize.Attestations.Keyless;
using Containerize.Attestations.Notation;
using Containerize.Attestations.Registries;
using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;
using Containerize.Publishing.Outputs;
using Containerize.Publishing.Settings;
using Containerize.Stores.Registries.Client;

namespace Containerize.Projects;

/// <summary>What goes to registries beside an image, in the words of the project.</summary>
/// <param name="Keys">Opens keys.</param>
public sealed record DeliveryOptions(SigningKeySource Keys)
{
    /// <summary>Whether documents go along: <c>auto</c>, <c>always</c>, <c>never</c>, <c>index</c>; empty for the
    /// first.</summary>
    public string Attestations { get; init; } = "";

    /// <summary>Where the private key is; empty for no signature.</summary>
    public string Key { get; init; } = "";

    /// <summary>The command that signs a digest, instead of a key; or empty.</summary>
    public string Command { get; init; } = "";

    /// <summary>Where the public half of the command's key is; or empty.</summary>
    public string PublicKey { get; init; } = "";

    /// <summary>Where the certificates of the key are; empty for a signature without one.</summary>
    public string Certificate { get; init; } = "";

    /// <summary><c>keyless</c> to sign with the identity of the pipeline, instead of a key; or empty.</summary>
    public string Signing { get; init; } = "";

    /// <summary>The services of such a signature.</summary>
    public KeylessWords Services { get; init; } = new();

    /// <summary>Whether images are signed in cosign's older form, too; empty for false.</summary>
    public string SimpleSigning { get; init; } = "";

    /// <summary>Reads the words and opens the key, before anything is made: a key that cannot be used costs no
    /// build.</summary>
    /// <exception cref="ContainerizeException">A word that means nothing, or the codes of keys and
    /// certificates.</exception>
    public Delivery Open(Destinations destinations, RegistryClient client, IProjectLog log)
    {
        SignerTable.Signing.Check(ValueOf, inProject: true);
        var certificate = Certificate.Length > 0 ? SigningCertificate.Open(Keys, Certificate) : null;
        var key = Keys.OpenOfProject(Key, Command, PublicKey, certificate?.PublicKey);
        return new(destinations, client, log)
        {
            Mode = AttestationModes.Parse(Attestations),
            SignsSimply = Switches.Parse("ContainerSimpleSigning", SimpleSigning),
            Signer = Signer(key, destinations, client),
            Notation = certificate is null ? null : Signer(key!, certificate, client.Options.Time),
        };
    }

    /// <summary>The value of a property.</summary>
    /// <param name="property">Its name.</param>
    internal string ValueOf(string property) =>
        property switch
        {
            "ContainerSigningKey" => Key,
            "ContainerSigningCommand" => Command,
            "ContainerSigningPublicKey" => PublicKey,
            "ContainerSigningCertificate" => Certificate,
            "ContainerSigning" => Signing,
            "ContainerSimpleSigning" => SimpleSigning,
            "ContainerFulcioUrl" => Services.Fulcio,
            "ContainerRekorUrl" => Services.Rekor,
            "ContainerTimestampUrl" => Services.Timestamp,
            _ => "",
        };

    private NotationSigner Signer(SigningKey key, SigningCertificate certificate, TimeProvider clock) =>
        new(
            key,
            certificate,
            TimeSetting.OfSignature(Keys.Variables.GetValueOrDefault("SOURCE_DATE_EPOCH") ?? "", clock),
            clock.GetUtcNow()
        );

    private StatementSigner? Signer(SigningKey? key, Destinations destinations, RegistryClient client)
    {
        if (Signing.Length == 0)
            return key;
        if (!Signing.Equals("keyless", StringComparison.OrdinalIgnoreCase))
            throw new ContainerizeException(
                DiagnosticTable.InvalidSigning,
                $"ContainerSigning is '{SingleLineText.Of(Signing)}'. Set it to 'keyless', or remove it and name a key "
                    + "with ContainerSigningKey."
            );
        var signer = KeylessSigner.Open(Services, Keys.Variables, client.Services);
        if (!destinations.Registries.IsEmpty)
            KeylessSigner.DemandToken(Keys.Variables);
        return signer;
    }
}
