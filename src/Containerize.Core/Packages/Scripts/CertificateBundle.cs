using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Containerize.Entries;
using Containerize.Packages.Systems;
using Containerize.Packages.Unpacking;

namespace Containerize.Packages.Scripts;

/// <summary>
/// What <c>update-ca-certificates</c> makes of the certificates of the package <c>ca-certificates</c>: the bundle that
/// most programs read, a link for each certificate, and the links by the hash of the subject that OpenSSL looks for.
/// </summary>
internal static class CertificateBundle
{
    /// <summary>How the names of certificates end.</summary>
    public const string Extension = ".crt";

    private const int LinkMode = 0b111_111_111;

    private static readonly ContainerPath Source = ContainerPath.Parse("/usr/share/ca-certificates");
    private static readonly ContainerPath Target = ContainerPath.Parse("/etc/ssl/certs");

    /// <summary>Where the bundle lies.</summary>
    public static ContainerPath Path => BaseSystem.CertificateBundle;

    /// <summary>Adds the bundle and the links to the tree.</summary>
    public static void AddTo(PackageTree tree, DateTimeOffset time)
    {
        var certificates = tree
            .Entries.Where(entry =>
                entry.Kind == EntryKind.File
                && Source.Contains(entry.Path)
                && entry.Path.Name.EndsWith(Extension, StringComparison.Ordinal)
            )
            .Select(entry => (entry.Path, Text: ReadText(entry.Content!)))
            .OrderBy(certificate => certificate.Path)
            .ToList();
        tree.Set(
            DpkgRecords.Text(Path, string.Concat(certificates.Select(certificate => EndLine(certificate.Text))), time)
        );
        tree.AddIfAbsent(
            DpkgRecords.Text(
                ContainerPath.Parse("/etc/ca-certificates.conf"),
                string.Concat(
                    certificates.Select(certificate => certificate.Path.Text[(Source.Text.Length + 1)..] + "\n")
                ),
                time
            )
        );
        var used = new HashSet<ContainerPath>();
        foreach (var (path, text) in certificates)
        {
            using var certificate = X509Certificate2.CreateFromPem(text);
            foreach (var link in Links(path, certificate.SubjectName.RawData, used.Contains, time))
            {
                used.Add(link.Path);
                tree.Set(link);
            }
        }

        // Where OpenSSL looks by itself; the package openssl has this link, and no program of it is needed for the
        // certificates.
        tree.AddIfAbsent(Link(ContainerPath.Parse("/usr/lib/ssl/certs"), Target.Text, time));
    }

    /// <summary>The two links to a certificate: by its own name, and by the hash of its subject with the first number
    /// that is free.</summary>
    /// <param name="path">Where the certificate lies.</param>
    /// <param name="subject">Its subject's name in DER.</param>
    /// <param name="isTaken">Whether something else is at a path.</param>
    /// <param name="time">The time of the links.</param>
    public static IEnumerable<LayerEntry> Links(
        ContainerPath path,
        byte[] subject,
        Func<ContainerPath, bool> isTaken,
        DateTimeOffset time
    )
    {
        var name = NameOf(path);
        yield return Link(Target.Combine(name), path.Text, time);
        var hash = SubjectHash.Of(subject);
        var number = 0;
        while (isTaken(Hashed()))
            number++;
        yield return Link(Hashed(), name, time);

        ContainerPath Hashed() => Target.Combine(string.Create(CultureInfo.InvariantCulture, $"{hash}.{number}"));
    }

    /// <summary>The text, ended by a line end, so that the next certificate begins a line.</summary>
    public static string EndLine(string text) => text.EndsWith('\n') ? text : text + "\n";

    private static LayerEntry Link(ContainerPath path, string target, DateTimeOffset time) =>
        new(path, EntryKind.SymbolicLink, LinkMode) { LinkTarget = target, ModificationTime = time };

    private static string NameOf(ContainerPath path) =>
        path.Name[..^Extension.Length].Replace(' ', '_').Replace('(', '=').Replace(')', '=').Replace(',', '_') + ".pem";

    private static string ReadText(FileContent content)
    {
        using var reader = new StreamReader(content.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
