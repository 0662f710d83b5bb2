using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Attestations.Notation;

/// <summary>Signs images as Notation does.</summary>
public sealed class NotationSigner
{
    private readonly SigningKey _key;
    private readonly DateTimeOffset _time;

    /// <summary>Puts a key and its certificate together.</summary>
    /// <param name="key">The key.</param>
    /// <param name="certificate">Its certificate.</param>
    /// <param name="signingTime">The time that signatures name, in whole seconds.</param>
    /// <param name="now">The time at which they are made.</param>
    /// <exception cref="ContainerizeException">CTZ0441, CTZ0442.</exception>
    public NotationSigner(
        SigningKey key,
        SigningCertificate certificate,
        DateTimeOffset signingTime,
        DateTimeOffset now
    )
    {
        certificate.Demand(key.PublicKey, signingTime, now);
        (_key, _time, Chain) = (key, signingTime, certificate.Chain);
    }

    /// <summary>The certificates that go into a signature.</summary>
    internal CertificateChain Chain { get; }

    /// <summary>Signs an image.</summary>
    /// <param name="image">Its manifest or index.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The bytes of the envelope: with a key of ECDSA that this process holds the same at the same
    /// time.</returns>
    /// <exception cref="ContainerizeException">CTZ0361.</exception>
    internal async Task<byte[]> SignAsync(Descriptor image, CancellationToken cancellationToken)
    {
        var algorithm = JwsAlgorithm.Of(_key.PublicKey)!;
        var (header, payload) = (NotationEnvelope.Header(algorithm, _time), NotationEnvelope.PayloadOf(image));
        var signature = await algorithm
            .SignAsync(_key, NotationEnvelope.Input(header, payload), cancellationToken)
            .ConfigureAwait(false);
        return NotationEnvelope.Write(header, payload, signature, Chain);
    }
}
