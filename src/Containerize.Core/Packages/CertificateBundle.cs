using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Containerize.Layers;

namespace Containerize.Packages;

/// <summary>
/// What <c>update-ca-certificates</c> makes of the certificates of the package <c>ca-certificates</c>: the bundle that most
/// programs read, a link for each certificate, and the links by the hash of the subject that OpenSSL looks for.
/// </summary>
internal static class CertificateBundle
{
    private static readonly ContainerPath Source = ContainerPath.Parse("/usr/share/ca-certificates");
    private static readonly ContainerPath Target = ContainerPath.Parse("/etc/ssl/certs");

    /// <summary>Adds the bundle and the links to the tree.</summary>
    public static void AddTo(PackageTree tree, DateTimeOffset time)
    {
        var certificates = tree.Entries
            .Where(entry => entry.Kind == EntryKind.File && Source.Contains(entry.Path) && entry.Path.Name.EndsWith(".crt", StringComparison.Ordinal))
            .Select(entry => (entry.Path, Text: ReadText(entry.Content!))).OrderBy(certificate => certificate.Path).ToList();
        tree.Set(DpkgRecords.Text(Target.Combine("ca-certificates.crt"), string.Concat(certificates.Select(certificate => EndLine(certificate.Text))), time));
        tree.AddIfAbsent(DpkgRecords.Text(ContainerPath.Parse("/etc/ca-certificates.conf"),
            string.Concat(certificates.Select(certificate => certificate.Path.Text[(Source.Text.Length + 1)..] + "\n")), time));
        var used = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (path, text) in certificates)
        {
            var name = NameOf(path);
            Link(Target.Combine(name), path.Text);
            using var certificate = X509Certificate2.CreateFromPem(text);
            var hash = SubjectHash.Of(certificate.SubjectName.RawData);
            var number = used.GetValueOrDefault(hash);
            used[hash] = number + 1;
            Link(Target.Combine(string.Create(CultureInfo.InvariantCulture, $"{hash}.{number}")), name);
        }

        // Where OpenSSL looks by itself; the package openssl has this link, and no program of it is needed for the certificates.
        tree.AddIfAbsent(new LayerEntry(ContainerPath.Parse("/usr/lib/ssl/certs"), EntryKind.SymbolicLink, 0b111_111_111)
        {
            LinkTarget = Target.Text,
            ModificationTime = time,
        });

        void Link(ContainerPath path, string target) =>
            tree.Set(new LayerEntry(path, EntryKind.SymbolicLink, 0b111_111_111) { LinkTarget = target, ModificationTime = time });
    }

    private static string NameOf(ContainerPath path) => path.Name[..^".crt".Length]
        .Replace(' ', '_').Replace('(', '=').Replace(')', '=').Replace(',', '_') + ".pem";

    private static string EndLine(string text) => text.EndsWith('\n') ? text : text + "\n";

    private static string ReadText(FileContent content)
    {
        using var reader = new StreamReader(content.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
