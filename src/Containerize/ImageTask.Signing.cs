using Containerize.Attestations.Registries;
using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Publishing.Outputs;
using Containerize.Stores.Registries.Client;
using Microsoft.Build.Framework;

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

    /// <summary>Whether images are signed in cosign's older form, too; empty for false.</summary>
    public string SimpleSigning { get; set; } = "";

    private protected SigningKeySource Keys => new(Path.GetDirectoryName(ProjectFile)!, Host.Variables);

    // A file is looked at by the unchanged run; of the others only a digest is remembered, for they may hold a secret.
    private protected virtual IEnumerable<string> KeyPlaces => [SigningKey, SigningPublicKey];

    private IEnumerable<string> KeyFiles => KeyPlaces.Select(Keys.PathOf).OfType<string>();

    private IEnumerable<string> KeyDigests =>
        KeyPlaces
            .Select(Keys.ValueOf)
            .Append(SigningCommand)
            .Where(value => !string.IsNullOrEmpty(value))
            .Select(value => Digest.Of(System.Text.Encoding.UTF8.GetBytes(value!)).ToString());

    private bool SignsSimply => Publishing.Settings.Switches.Parse("ContainerSimpleSigning", SimpleSigning);

    /// <summary>Opens the key before anything is made, so that a key that cannot be used costs no build.</summary>
    private protected SigningKey? OpenSigningKey()
    {
        _ = SignsSimply;
        return Keys.OpenOfProject(SigningKey, SigningCommand, SigningPublicKey);
    }

    /// <summary>Signs images that are in all registries of the run.</summary>
    private protected async Task SignAsync(
        Destinations destinations,
        RegistryClient client,
        SigningKey? key,
        IEnumerable<Descriptor> images,
        CancellationToken cancellationToken
    )
    {
        if (key is null || destinations.Registries.IsEmpty)
            return;
        try
        {
            foreach (var place in Places(destinations))
            {
                var signing = new ImageSigning(place.Registry, place.Repository, client, key);
                foreach (var image in images.DistinctBy(image => image.Digest))
                {
                    var fate = await signing.SignAsync(image, cancellationToken).ConfigureAwait(false);
                    if (SignsSimply)
                        await signing.SignOldAsync(image, cancellationToken).ConfigureAwait(false);
                    Log.LogMessage(
                        MessageImportance.Low,
                        "Containerize: signature of {0}@{1}: {2}",
                        place.Name,
                        image.Digest,
                        fate
                    );
                }
            }
        }
        catch (ContainerizeException exception)
        {
            throw new ContainerizeException(
                DiagnosticTable.NotSigned,
                $"The image is in the registry, whole, but it is not signed: {exception.Message} Publish again "
                    + "to sign it.",
                exception
            );
        }
    }
}
