namespace Containerize.Attestations.Signatures;

/// <summary>The object identifiers of the curves of NIST (RFC 5480, 2.1.1.1).</summary>
internal static class EcCurves
{
    public const string P256 = "1.2.840.10045.3.1.7",
        P384 = "1.3.132.0.34",
        P521 = "1.3.132.0.35";
}
