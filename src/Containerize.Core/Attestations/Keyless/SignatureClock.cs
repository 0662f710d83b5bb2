using System.Net;
using System.Security.Cryptography;
using Containerize.Diagnostics;
using Containerize.Http;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Tsp;

namespace Containerize.Attestations.Keyless;

/// <summary>Has an authority put the time on signatures (RFC 3161).</summary>
/// <param name="url">Where it is.</param>
/// <param name="services">Sends requests.</param>
internal sealed class SignatureClock(Uri url, ServiceClient services)
{
    private const string Sha256 = "2.16.840.1.101.3.4.2.1";

    /// <summary>Has a signature stamped.</summary>
    /// <returns>The <c>TimeStampResp</c> in DER.</returns>
    /// <exception cref="ContainerizeException">CTZ0460, CTZ0030 to CTZ0036.</exception>
    public async Task<byte[]> StampAsync(byte[] signature, CancellationToken cancellationToken)
    {
        var generator = new TimeStampRequestGenerator();
        generator.SetCertReq(true);
        var query = generator.Generate(
            Sha256,
            SHA256.HashData(signature),
            new BigInteger(1, RandomNumberGenerator.GetBytes(16))
        );
        var answer = await services
            .SendAsync(
                new ServiceRequest(HttpMethod.Post, url)
                {
                    Body = query.GetEncoded(),
                    BodyType = "application/timestamp-query",
                    IsAnswer = status => status is HttpStatusCode.Created or HttpStatusCode.OK,
                    Refused = why => NotStamped(why, null),
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        try
        {
            var response = new TimeStampResponse(answer.Bytes);
            response.Validate(query);
            return response.TimeStampToken is null ? throw NotStamped("it refuses", null) : response.GetEncoded();
        }
        catch (Exception exception) when (SignedTime.IsUnreadable(exception))
        {
            throw NotStamped("its answer is no timestamp of the signature", exception);
        }
    }

    private ContainerizeException NotStamped(string why, Exception? inner) =>
        new(
            DiagnosticTable.NotTimestamped,
            $"{url.Authority} made no timestamp of the signature: {why.TrimEnd('.')}. Try again later, or name another "
                + "authority with ContainerTimestampUrl or --timestamp-url, or 'none' where a log says the time.",
            inner
        );
}
