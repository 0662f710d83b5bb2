using System.Text.RegularExpressions;
using Containerize.Diagnostics;
using Containerize.Entries;

namespace Containerize.Publishing.Settings;

/// <summary>A folder that data is kept in (<c>ContainerVolume</c>). It is made in the image, for the image's user to write to.</summary>
/// <param name="Path">Its absolute path, as the container calls it.</param>
public sealed partial record ContainerVolume(string Path)
{
    /// <summary>What <c>Owner</c> says of a folder that is to stay as the base image has it, or has it not.</summary>
    public const string LeftToBase = "base";

    /// <summary>Who owns the folder; null for the image's user.</summary>
    public (int Uid, int Gid)? Owner { get; init; }

    /// <summary>The folder's mode.</summary>
    public int Mode { get; init; } = FileKind.ExecutableMode;

    /// <summary>Whether the image gets the folder; else it has it from its base, or an engine makes it.</summary>
    public bool IsMade { get; init; } = true;

    /// <summary>Reads a volume.</summary>
    /// <param name="path">An absolute path; of Windows with its drive.</param>
    /// <param name="owner"><c>uid</c>, <c>uid:gid</c> or <c>base</c>; empty for the image's user.</param>
    /// <param name="mode">Octal digits; empty for 0755.</param>
    /// <param name="isWindows">Whether the container runs Windows, where no folder is made.</param>
    /// <exception cref="ContainerizeException">CTZ0053 for the path, CTZ0190 for owner and mode.</exception>
    public static ContainerVolume Parse(string path, string owner, string mode, bool isWindows)
    {
        var volume = new ContainerVolume(CheckPath(path, isWindows));
        if (isWindows)
            return owner.Length + mode.Length == 0 ? volume with { IsMade = false }
                : throw Invalid(path, "Windows has no owners and modes that a number could name. Remove Owner and Mode");
        if (owner == LeftToBase)
            return mode.Length == 0 ? volume with { IsMade = false }
                : throw Invalid(path, $"Owner='{LeftToBase}' leaves the folder as the base image has it, so it takes no Mode. Remove one of them");
        return volume with
        {
            Owner = EntryRights.ParseOwner(owner, why => Invalid(path, $"{why}, or '{LeftToBase}' for what the base image has")),
            Mode = EntryRights.ParseMode(mode, why => Invalid(path, why)) ?? volume.Mode,
        };
    }

    // Of Windows with its own slashes, and on any drive.
    private static string CheckPath(string path, bool isWindows)
    {
        if (isWindows && WindowsPath().IsMatch(path))
            return path.Replace('/', '\\');
        return path.StartsWith('/') && !isWindows ? path
            : throw new ContainerizeException(DiagnosticTable.InvalidVolume,
                $"ContainerVolume '{path}' is not an absolute path. Write it {(isWindows ? "with its drive, such as 'C:\\data'" : "with a leading '/', such as '/data'")}.");
    }

    internal static ContainerizeException Invalid(string path, string why) => new(DiagnosticTable.VolumeFolder, $"ContainerVolume '{path}': {why}.");

    [GeneratedRegex(@"^[A-Za-z]:([\\/]|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex WindowsPath();
}
