using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Attestations.Signatures;

/// <summary>What is demanded of a signature: who signed, an image and the type of the statement about it.</summary>
/// <param name="Signer">The public key, or the identity.</param>
/// <param name="Image">The digest of the image.</param>
/// <param name="PredicateType">The type of the statement.</param>
public sealed record SignatureCheck(TrustedSigner Signer, Digest Image, string PredicateType)
{
    /// <summary>Checks a bundle.</summary>
    /// <param name="bundle">Its bytes.</param>
    /// <param name="where">What it is, for errors.</param>
    /// <returns>Why it is not what is demanded; null where it is.</returns>
    public string? FaultOf(ReadOnlySpan<byte> bundle, string where)
    {
        try
        {
            var parsed = SignatureBundle.Parse(bundle, where);
            // Nothing in the payload counts before its signature does.
            if (Signer.FaultOf(parsed, where) is { } fault)
                return fault;
            if (parsed.PayloadType != Envelope.StatementType)
                return $"it is signed and holds '{SingleLineText.Of(parsed.PayloadType)}', which is no statement";
            var statement = SignedStatement.Parse(parsed.Payload, where);
            return !statement.IsAbout(Image)
                    ? $"it is signed for {SingleLineText.Of(string.Join(", ", statement.Subjects.Take(3)))}"
                : statement.PredicateType != PredicateType
                    ? $"it is signed and says '{SingleLineText.Of(statement.PredicateType)}'"
                : null;
        }
        catch (ContainerizeException exception)
        {
            return exception.Message.TrimEnd('.');
        }
    }

    /// <summary>Checks a signature of the older form (<see cref="SimpleSigning"/>).</summary>
    /// <param name="payload">What is signed.</param>
    /// <param name="signature">The signature in base64.</param>
    /// <param name="where">What it is, for errors.</param>
    /// <returns>Why it is not what is demanded; null where it is.</returns>
    public string? FaultOf(ReadOnlySpan<byte> payload, string signature, string where)
    {
        try
        {
            if (Signer.FaultOf(payload, Convert.FromBase64String(signature)) is { } fault)
                return fault;
            var digest = SimpleSigning.ImageOf(payload, where);
            return digest == Image.ToString() ? null : $"it is signed for {SingleLineText.Of(digest)}";
        }
        catch (FormatException)
        {
            return "its signature is no base64";
        }
        catch (ContainerizeException exception)
        {
            return exception.Message.TrimEnd('.');
        }
    }
}
