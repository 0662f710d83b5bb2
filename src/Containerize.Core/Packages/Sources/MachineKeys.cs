using Containerize.Diagnostics;

namespace Containerize.Packages.Sources;

/// <summary>The keys that apt trusts on a machine or in an image: <c>trusted.gpg</c> and <c>trusted.gpg.d</c>, read
/// when first needed.</summary>
/// <param name="folder">Absolute path of what is <c>/etc/apt</c> there.</param>
/// <param name="files">The files that paths mean; null for those of this machine.</param>
public sealed class MachineKeys(string folder, AptFiles? files = null)
{
    private readonly AptFiles _files = files ?? AptFiles.Machine;
    private readonly Lazy<Keyring> _all = new(() => ReadAll(folder, files ?? AptFiles.Machine));

    /// <summary>The keys that may sign the release of a source.</summary>
    /// <exception cref="ContainerizeException">CTZ0075 for a keyring that is missing or unreadable, or a fingerprint
    /// that is not there.</exception>
    public Keyring For(AptSource source)
    {
        if (source.SignedBy.IsEmpty)
            return _all.Value;
        var inline = source
            .SignedBy.Where(key => key.Contains("-----BEGIN", StringComparison.Ordinal))
            .Select(key => Keyring.Read(System.Text.Encoding.UTF8.GetBytes(key), $"the key in {source.Where}"));
        var files = source.SignedBy.Where(Path.IsPathRooted).Select(path => ReadFile(path, _files));
        var rings = inline.Concat(files).ToList();
        var fingerprints = source.SignedBy.Where(IsFingerprint).ToList();
        if (rings.Count == 0 && fingerprints.Count == 0)
            throw Unreadable(
                string.Join(", ", source.SignedBy),
                "it is neither an absolute path, a fingerprint nor a key"
            );
        if (fingerprints.Count > 0)
            rings.Add((rings.Count > 0 ? Keyring.Of(rings, source.Where) : _all.Value).Only(fingerprints));
        return Keyring.Of(
            fingerprints.Count > 0 ? rings[^1..] : rings,
            string.Join(", ", source.SignedBy.Select(key => key.Split('\n')[0]))
        );
    }

    private static Keyring ReadAll(string folder, AptFiles files)
    {
        // An image's paths have this slash, wherever it is read.
        var parts = $"{folder}/trusted.gpg.d";
        var paths = files
            .List(parts)
            .Where(file => Path.GetExtension(file) is ".gpg" or ".asc")
            .Prepend($"{folder}/trusted.gpg");
        return Keyring.Of(paths.Select(path => TryReadFile(path, files)).OfType<Keyring>(), parts);
    }

    // A file in a format of GnuPG's own, or one that only root may read, says nothing about the others.
    private static Keyring? TryReadFile(string path, AptFiles files)
    {
        try
        {
            return ReadFile(path, files);
        }
        catch (ContainerizeException)
        {
            return null;
        }
    }

    private static Keyring ReadFile(string path, AptFiles files)
    {
        try
        {
            return Keyring.Read(
                files.Read(path)
                    ?? throw Unreadable(
                        path,
                        files.IsMachine ? "there is no such file" : "the base image has no such file"
                    ),
                path
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, exception.Message);
        }
    }

    private static bool IsFingerprint(string text) =>
        text.TrimEnd('!') is { Length: >= 16 } digits && digits.All(char.IsAsciiHexDigit);

    private static ContainerizeException Unreadable(string what, string why) =>
        new(
            DiagnosticTable.KeyringUnreadable,
            $"The keyring '{what}' of a package source cannot be read: {why}. Install the keyring, or correct "
                + "Signed-By."
        );
}
