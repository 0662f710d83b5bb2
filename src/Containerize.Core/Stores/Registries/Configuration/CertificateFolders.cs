using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Containerize.Diagnostics;
using Containerize.Http;

namespace Containerize.Stores.Registries.Configuration;

/// <summary>
/// Certificates for registries in folders named after host and port, as Docker and Podman keep them (docker "Verify
/// repository client with certificates", containers-certs.d(5)): <c>*.crt</c> are authorities, a <c>*.cert</c> with a
/// <c>*.key</c> of the same name is what we show.
/// </summary>
internal sealed class CertificateFolders(MachineEnvironment environment)
{
    private readonly string[] _roots = new[]
    {
        environment.Config("containers", "certs.d"),
        environment.Config("docker", "certs.d"),
        MachineEnvironment.Below(environment.Home, ".docker", "certs.d"),
        MachineEnvironment.Below(environment.System, "containers", "certs.d"),
        MachineEnvironment.Below(environment.System, "docker", "certs.d"),
    }
        .OfType<string>()
        .ToArray();

    /// <summary>The certificates for a host with its port, of all folders; null when there are none.</summary>
    /// <exception cref="ContainerizeException">CTZ0062 for a file that is no certificate, or a certificate without its
    /// key.</exception>
    public HostCertificates? For(string host)
    {
        var (authorities, client) = (new X509Certificate2Collection(), new X509Certificate2Collection());
        // Windows allows no colon in a folder's name; Docker leaves it out there.
        foreach (
            var folder in _roots
                .SelectMany(root =>
                    new[] { host, host.Replace(":", "", StringComparison.Ordinal) }
                        .Distinct()
                        .Select(name => Path.Combine(root, name))
                )
                .Where(Directory.Exists)
        )
        {
            foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
                Guard(file, () => Add(file, authorities, client));
        }

        return authorities.Count + client.Count > 0 ? new HostCertificates(authorities, client) : null;
    }

    private static void Add(string file, X509Certificate2Collection authorities, X509Certificate2Collection client)
    {
        if (file.EndsWith(".crt", StringComparison.Ordinal))
            authorities.ImportFromPemFile(file);
        else if (file.EndsWith(".cert", StringComparison.Ordinal))
            client.Add(WithKey(file, Path.ChangeExtension(file, ".key")));
    }

    // Windows uses only keys that were imported.
    private static X509Certificate2 WithKey(string certificate, string key)
    {
        var read = X509Certificate2.CreateFromPemFile(certificate, key);
        if (Path.DirectorySeparatorChar == '/')
            return read;
        using (read)
            return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pfx), null);
    }

    private static void Guard(string file, Action read)
    {
        try
        {
            read();
        }
        catch (Exception exception)
            when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ContainerizeException(
                DiagnosticTable.InvalidCertificate,
                $"The certificate '{file}' cannot be used: {SingleLineText.Of(exception.Message)} Authorities "
                    + "are PEM files *.crt; client certificates are PEM files *.cert with a *.key beside them.",
                exception
            );
        }
    }
}
