using System.Collections.Immutable;
using System.Text;
using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;
using Containerize.IO;

namespace Containerize.Attestations.Notation;

/// <summary>
/// The certificates that a trust policy leads to: files below <c>x509/ca/NAME</c>, as the notation command lays them
/// (notaryproject/specifications, trust-store-trust-policy.md, "Trust Store").
/// </summary>
internal static class TrustStore
{
    private const int Longest = 1 << 20;

    /// <summary>Reads stores.</summary>
    /// <param name="folder">The absolute folder that holds <c>x509</c>.</param>
    /// <param name="names">The names of the stores.</param>
    /// <exception cref="ContainerizeException">CTZ0445.</exception>
    public static ImmutableArray<Certificate> Read(string folder, IEnumerable<string> names) =>
        [.. names.SelectMany(name => ReadOne(Path.Combine(folder, "x509", "ca", name)))];

    private static List<Certificate> ReadOne(string folder)
    {
        try
        {
            // As in notation: who may change a link's target is not who may change the store. Of files that does not
            // hold: Kubernetes mounts each as a link (docs/decisions/0272-links-of-mounted-secrets.md).
            if (new DirectoryInfo(folder).LinkTarget is not null)
                throw Unreadable(folder, "it is a symbolic link, and only files of it may be links");
            var all = Names(folder).Order(StringComparer.Ordinal).SelectMany(file => ReadFile(file)).ToList();
            return all.Count > 0 ? all : throw Unreadable(folder, "it has no certificates");
        }
        catch (UnauthorizedAccessException exception)
        {
            throw Unreadable(folder, NamedFile.NoRights, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(folder, SingleLineText.Of(exception.Message).TrimEnd('.'), exception);
        }
    }

    // A link to a folder is listed as a folder: that of a mounted secret belongs there, and any other does not.
    private static IEnumerable<string> Names(string folder) =>
        Directory
            .EnumerateFiles(folder)
            .Concat(
                Directory
                    .EnumerateDirectories(folder)
                    .Where(each =>
                        new DirectoryInfo(each).LinkTarget is not null
                        && !Path.GetFileName(each).StartsWith("..", StringComparison.Ordinal)
                    )
            );

    private static List<Certificate> ReadFile(string file)
    {
        try
        {
            var bytes = NamedFile.Read(file, Longest, isNamed: false);
            var blocks = PemBlock.All(Encoding.Latin1.GetString(bytes)).ToList();
            var all = (
                blocks.Count == 0
                    ? [bytes]
                    : blocks.Where(each => each.Label == "CERTIFICATE").Select(each => each.Bytes)
            )
                .Select(each => Certificate.Parse(each, $"'{file}'"))
                .ToList();
            // As in notation: of an authority, or its own root.
            return all.Count == 0 ? throw Unreadable(file, "it has no certificate")
                : all.Find(each => !each.IsAuthority && !CertificateSignature.IsBy(each, each)) is { } other
                    ? throw Unreadable(
                        file,
                        $"the certificate of {other.Name} is neither an authority nor its own root"
                    )
                : all;
        }
        catch (ContainerizeException exception) when (exception.Diagnostic == DiagnosticTable.InvalidManifest)
        {
            throw Unreadable(file, "it is no certificate in PEM or DER", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(file, SingleLineText.Of(exception.Message).TrimEnd('.'), exception);
        }
    }

    private static ContainerizeException Unreadable(string place, string why, Exception? inner = null) =>
        new(
            DiagnosticTable.TrustStoreUnreadable,
            $"The trust store '{SingleLineText.Of(place)}' cannot be used: {why}. Put certificates of authorities, in "
                + "PEM or DER, into x509/ca/NAME below the folder of --notation-store, for each \"ca:NAME\" of the "
                + "trust policy.",
            inner
        );
}
