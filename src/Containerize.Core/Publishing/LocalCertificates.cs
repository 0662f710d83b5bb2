using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Packages.Scripts;
using Containerize.Packages.Systems;
using Containerize.Publishing.Files;
using Containerize.Publishing.Layering;

namespace Containerize.Publishing;

/// <summary>
/// Certificates of the project's own: files below <c>/usr/local/share/ca-certificates</c> whose names end with
/// <c>.crt</c>, which is where <c>update-ca-certificates</c> looks for them. Like it, this adds them to the bundle that
/// is in the image and makes the links that OpenSSL looks for.
/// </summary>
internal static class LocalCertificates
{
    private static readonly ContainerPath Folder = ContainerPath.Parse("/usr/local/share/ca-certificates");

    /// <summary>Whether any of the files is such a certificate.</summary>
    public static bool AreIn(ImmutableArray<ExtraFile> files) => files.Any(IsCertificate);

    /// <summary>Adds the bundle and the links to the highest of the layers that have such a file.</summary>
    /// <param name="plan">The layers.</param>
    /// <param name="files">The files beside the published ones.</param>
    /// <param name="system">What is below the layers, with the bundle among its texts if there is one.</param>
    /// <param name="time">The time of every entry.</param>
    /// <exception cref="ContainerizeException">CTZ0094 for a file that holds no certificate in PEM.</exception>
    public static LayerPlan AddTo(
        LayerPlan plan,
        ImmutableArray<ExtraFile> files,
        BaseSystem system,
        DateTimeOffset time
    )
    {
        var certificates = files.Where(IsCertificate).DistinctBy(file => file.Path).OrderBy(file => file.Path).ToList();
        var own = plan.Layers.SelectMany(layer => layer.Entries).Select(entry => entry.Path).ToHashSet();
        var added = Entries(certificates, system, time).Where(entry => !own.Contains(entry.Path));
        var names = certificates.Select(file => file.Layer).ToHashSet(StringComparer.Ordinal);
        var highest = plan.Layers.Last(layer => names.Contains(layer.Name));
        return plan with
        {
            Layers = plan.Layers.Replace(
                highest,
                highest with
                {
                    Entries = [.. highest.Entries.AddRange(added).OrderBy(entry => entry.Path)],
                }
            ),
        };
    }

    private static IEnumerable<LayerEntry> Entries(List<ExtraFile> certificates, BaseSystem system, DateTimeOffset time)
    {
        var bundle = system.Texts.GetValueOrDefault(CertificateBundle.Path, "");
        var used = new HashSet<ContainerPath>();
        foreach (var file in certificates)
        {
            var text = Read(file);
            bundle += CertificateBundle.EndLine(text);
            var subject = SubjectOf(text, file);
            foreach (
                var link in CertificateBundle.Links(
                    file.Path,
                    subject,
                    path => system.Has(path) || used.Contains(path),
                    time
                )
            )
            {
                used.Add(link.Path);
                yield return link;
            }
        }

        yield return DpkgRecords.Text(CertificateBundle.Path, bundle, time);
    }

    private static bool IsCertificate(ExtraFile file) =>
        file.Kind == EntryKind.File
        && Folder.Contains(file.Path)
        && file.Path.Name.EndsWith(CertificateBundle.Extension, StringComparison.Ordinal);

    private static string Read(ExtraFile file)
    {
        using var reader = new StreamReader(FileContent.FromFile(file.SourcePath).Open());
        return reader.ReadToEnd();
    }

    private static byte[] SubjectOf(string text, ExtraFile file)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(text);
            return certificate.SubjectName.RawData;
        }
        catch (CryptographicException exception)
        {
            throw new ContainerizeException(
                DiagnosticTable.CertificateInvalid,
                $"ContainerFile '{file.SourcePath}' goes to '{file.Path}', where certificates lie that programs "
                    + $"trust, and it holds none in PEM: {exception.Message} "
                    + "A file that begins with '-----BEGIN CERTIFICATE-----' is one; 'openssl x509 -inform der -in "
                    + "FILE' makes one of DER.",
                exception
            );
        }
    }
}
