using Containerize.Attestations.Keyless;
using Containerize.Attestations.Signatures;
using Containerize.Images;
using Containerize.IO;
using Containerize.Projects;

namespace Containerize.Tasks;

/// <summary>The signatures of images. Keys and passwords come from files and the environment, never from
/// properties.</summary>
public abstract partial class ImageTask
{
    /// <summary>Where the private key is: a PEM file, or <c>env://NAME</c>; empty for no signature.</summary>
    public string SigningKey { get; set; } = "";

    /// <summary>The command that signs a digest, instead of a key; or empty.</summary>
    public string SigningCommand { get; set; } = "";

    /// <summary>Where the public half of the command's key is; or empty.</summary>
    public string SigningPublicKey { get; set; } = "";

    /// <summary>Where the certificates of the key are, for a signature of Notation: a PEM file, or
    /// <c>env://NAME</c>; or empty.</summary>
    public string SigningCertificate { get; set; } = "";

    /// <summary><c>keyless</c> to sign with the identity of the pipeline; or empty.</summary>
    public string Signing { get; set; } = "";

    /// <summary>The authority of such signatures; or empty.</summary>
    public string FulcioUrl { get; set; } = "";

    /// <summary>Their log, or <c>none</c>; or empty.</summary>
    public string RekorUrl { get; set; } = "";

    /// <summary>Where they get timestamps, or <c>none</c>; or empty.</summary>
    public string TimestampUrl { get; set; } = "";

    /// <summary>Whether images are signed in cosign's older form, too; empty for false.</summary>
    public string SimpleSigning { get; set; } = "";

    private protected SigningKeySource Keys => new(Path.GetDirectoryName(ProjectFile)!, Host.Variables);

    // A file is looked at by the unchanged run; of the others only a digest is remembered, for they may hold a secret.
    private protected virtual IEnumerable<string> KeyPlaces => [SigningKey, SigningPublicKey, SigningCertificate];

    // Of a link what it leads to, too: Kubernetes gives a mounted secret another content behind the same link.
    private IEnumerable<string> KeyFiles =>
        KeyPlaces.Select(Keys.PathOf).OfType<string>().SelectMany(NamedFile.Watched);

    private IEnumerable<string> KeyDigests =>
        KeyPlaces
            .Select(Keys.ValueOf)
            .Append(SigningCommand)
            .Where(value => !string.IsNullOrEmpty(value))
            .Select(value => Digest.Of(System.Text.Encoding.UTF8.GetBytes(value!)).ToString());

    private protected DeliveryOptions Delivery =>
        new(Keys)
        {
            Attestations = Attestations,
            Key = SigningKey,
            Command = SigningCommand,
            PublicKey = SigningPublicKey,
            Certificate = SigningCertificate,
            Signing = Signing,
            Services = new KeylessWords(FulcioUrl, RekorUrl, TimestampUrl),
            SimpleSigning = SimpleSigning,
        };
}
