using System.Text;
using Containerize.Compression;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Tar;

namespace Containerize.Packages.Formats;

/// <summary>
/// A package file (deb(5)): an <c>ar</c> archive with a tar of dpkg's control files and a tar of what is installed. The
/// latter is decompressed once into a file of the work folder, so that its files can be read from there in any order.
/// </summary>
public sealed class DebFile
{
    // Scripts, checksums and lists of names: those of the largest packages of Debian have some MiB.
    private const long MostControl = 64 << 20;

    private readonly Dictionary<string, string> _control;

    private DebFile(string dataPath, Dictionary<string, string> control, Deb822 stanza)
    {
        DataPath = dataPath;
        _control = control;
        Stanza = stanza;
    }

    /// <summary>Where the uncompressed tar of what is installed lies.</summary>
    public string DataPath { get; }

    /// <summary>The package's own record.</summary>
    public Deb822 Stanza { get; }

    /// <summary>A file of the control tar, such as <c>postinst</c> or <c>md5sums</c>; null when there is
    /// none.</summary>
    public string? Control(string name) => _control.GetValueOrDefault(name);

    /// <summary>Opens a package file. It is read from a copy of our own that is made and verified in one go.</summary>
    /// <param name="path">The package file, in a folder that others may write to.</param>
    /// <param name="digest">The SHA-256 that it must have.</param>
    /// <param name="dataPath">Where the tar of what is installed is decompressed to.</param>
    /// <param name="what">What it is, for errors.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0084 when it is no package file or is damaged.</exception>
    /// <exception cref="ContainerizeException">CTZ0012 when it has not the digest.</exception>
    public static async Task<DebFile> OpenAsync(
        string path,
        Digest digest,
        string dataPath,
        string what,
        CancellationToken cancellationToken
    )
    {
        var copy = dataPath + ".deb";
        try
        {
            using (var own = new FileStream(copy, FileMode.Create, FileAccess.Write, FileShare.None, 1))
                (FileContent.FromFile(path) with { Sha256 = digest.Hex }).CopyTo(own);
            path = copy;
            List<ArMember> members;
            using (var file = File.OpenRead(path))
                members = ArMember.ReadAll(file);
            if (members is not [{ Name: "debian-binary" }, ..])
                throw new InvalidDataException("its first member is not debian-binary");
            var control = ReadControl(path, Member(members, "control.tar"));
            if (
                !control.TryGetValue("control", out var text)
                || Deb822.Read(text, what).FirstOrDefault() is not { } stanza
            )
                throw new InvalidDataException("it has no control file");
            var data = Open(path, Member(members, "data.tar"), "data.tar");
            await using (data.ConfigureAwait(false))
            {
                var target = new FileStream(dataPath, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
                await using (target.ConfigureAwait(false))
                    await data.CopyToAsync(target, 1 << 16, cancellationToken).ConfigureAwait(false);
            }

            return new DebFile(dataPath, control, stanza);
        }
        catch (Exception exception)
            when (Decompression.IsDamage(exception) || exception is FormatException or ArgumentException)
        {
            throw Damaged(what, exception);
        }
        finally
        {
            File.Delete(copy);
        }
    }

    /// <summary>What to say of a package file that cannot be read.</summary>
    internal static ContainerizeException Damaged(string what, Exception exception) =>
        new(
            DiagnosticTable.PackageInvalid,
            $"{what} cannot be unpacked: {exception.Message.TrimEnd('.')}. It is what its source has, so the fault "
                + "is the package's: report it there, or pin another version.",
            exception
        );

    private static Dictionary<string, string> ReadControl(string path, ArMember member)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        using var compressed = Open(path, member, "control.tar");
        using var reader = new TarItemReader(compressed, isHashed: false);
        var left = MostControl;
        while (reader.Read() is { } item)
        {
            if (item.Type != TarItem.File)
                continue;
            if ((left -= item.Size) < 0)
                throw new InvalidDataException($"its control files have more than {MostControl} bytes");
            using var text = new MemoryStream();
            reader.CopyContentTo(text);
            var name = item.Name.StartsWith("./", StringComparison.Ordinal) ? item.Name[2..] : item.Name;
            files[name] = Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
        }

        return files;
    }

    private static ArMember Member(List<ArMember> members, string name) =>
        members.Find(member => member.Name.StartsWith(name, StringComparison.Ordinal))
        ?? throw new InvalidDataException($"it has no {name}");

    private static Stream Open(string path, ArMember member, string name) =>
        member.Name[name.Length..] is var extension && Decompression.Extensions.Contains(extension)
            ? Decompression.Open(member.Open(path), extension)
            : throw new InvalidDataException($"the compression '{extension}' of its {name} is not known");
}
