using System.Text.RegularExpressions;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Publishing.Files;

namespace Containerize.Publishing.Settings;

/// <summary>
/// A folder that data is kept in: a volume (<c>ContainerVolume</c>), or one that is only made (<c>ContainerFolder</c>).
/// It is there in the image, for the image's user to write to.
/// </summary>
/// <param name="Path">Its absolute path, as the container calls it.</param>
public sealed partial record ContainerVolume(string Path)
{
    /// <summary>What <c>Owner</c> says of a folder that is to stay as the base image has it, or has it not.</summary>
    public const string LeftToBase = "base";

    /// <summary>Whether the image declares it a volume; else it is a folder and no more.</summary>
    public bool IsDeclared { get; init; } = true;

    /// <summary>Who owns the folder; null for the image's user.</summary>
    public FileOwner? Owner { get; init; }

    /// <summary>The folder's mode.</summary>
    public int Mode { get; init; } = FileKind.ExecutableMode;

    /// <summary>Whether the image gets the folder; else it has it from its base, or an engine makes it.</summary>
    public bool IsMade { get; init; } = true;

    /// <summary>Reads a volume.</summary>
    /// <param name="path">An absolute path; of Windows with its drive.</param>
    /// <param name="owner"><c>uid</c>, <c>uid:gid</c>, <c>name</c>, <c>name:group</c> or <c>base</c>; empty for the
    /// image's user.</param>
    /// <param name="mode">Octal digits; empty for 0755.</param>
    /// <param name="isWindows">Whether the container runs Windows, where no folder is made.</param>
    /// <exception cref="ContainerizeException">CTZ0053 for the path, CTZ0190 for owner and mode.</exception>
    public static ContainerVolume Parse(string path, string owner, string mode, bool isWindows)
    {
        var volume = new ContainerVolume(CheckPath(path, isWindows));
        if (isWindows)
            return owner.Length + mode.Length == 0
                ? volume with
                {
                    IsMade = false,
                }
                : throw Invalid(
                    path,
                    "Windows has no owners and modes that a number could name. Remove Owner and Mode"
                );
        if (owner == LeftToBase)
            return mode.Length == 0
                ? volume with
                {
                    IsMade = false,
                }
                : throw Invalid(
                    path,
                    $"Owner='{LeftToBase}' leaves the folder as the base image has it, so it takes no Mode. "
                        + "Remove one of them"
                );
        return volume with
        {
            Owner = FileOwner.Parse(
                owner,
                why => Invalid(path, $"{why}, or '{LeftToBase}' for what the base image has")
            ),
            Mode = EntryRights.ParseMode(mode, why => Invalid(path, why)) ?? volume.Mode,
        };
    }

    /// <summary>Reads a folder that is made and is no volume.</summary>
    /// <param name="path">An absolute path, or one relative to the working directory.</param>
    /// <param name="owner"><c>uid</c>, <c>uid:gid</c>, <c>name</c> or <c>name:group</c>; empty for the image's
    /// user.</param>
    /// <param name="mode">Octal digits; empty for 0755.</param>
    /// <param name="settings">The working directory, and whether the container runs Windows.</param>
    /// <exception cref="ContainerizeException">CTZ0280.</exception>
    public static ContainerVolume ParseFolder(string path, string owner, string mode, ContainerSettings settings)
    {
        if (settings.IsWindows)
            throw InvalidFolder(
                path,
                "Windows has no owners and modes that a number could name. Put an empty folder there with ContainerFile"
            );
        ContainerPath full;
        try
        {
            full = path.StartsWith('/') ? ContainerPath.Parse(path) : settings.WorkingDirectory.Combine(path);
        }
        catch (ContainerizeException exception)
        {
            throw InvalidFolder(path, exception.Message.TrimEnd('.'));
        }

        if (full == ContainerPath.Root)
            throw InvalidFolder(path, "the root is the base image's. Name a folder below it, such as '/data'");
        return new ContainerVolume(full.Text)
        {
            IsDeclared = false,
            Owner = FileOwner.Parse(owner, why => InvalidFolder(path, why)),
            Mode = EntryRights.ParseMode(mode, why => InvalidFolder(path, why)) ?? FileKind.ExecutableMode,
        };
    }

    // Of Windows with its own slashes, and on any drive.
    private static string CheckPath(string path, bool isWindows)
    {
        if (isWindows && WindowsPath().IsMatch(path))
            return path.Replace('/', '\\');
        if (!isWindows && WhatElse(path) is { } mistake)
            throw new ContainerizeException(DiagnosticTable.InvalidVolume, $"ContainerVolume '{path}' {mistake}");
        return path.StartsWith('/') && !isWindows
            ? path
            : throw new ContainerizeException(
                DiagnosticTable.InvalidVolume,
                $"ContainerVolume '{path}' is not an absolute path. Write it "
                    + $"{(isWindows ? "with its drive, such as 'C:\\data'" : "with a leading '/', such as '/data'")}."
            );
    }

    // Each would be the name of a folder, and no engine mounts the root.
    private static string? WhatElse(string path)
    {
        if (path.Contains(':', StringComparison.Ordinal))
            return $"has a colon. What is mounted there is chosen by 'docker run -v {path}'; an image says the folder "
                + $"in the container alone, such as '{Folder(path)}'.";
        if (path.Contains(",/", StringComparison.Ordinal))
            return $"names several folders. Write <ContainerVolume Include=\"{path.Replace(',', ';')}\" />.";
        return path.Length > 0 && path.Trim('/').Length == 0
            ? "is the root, which no engine mounts anything over. Name a folder below it, such as '/data'."
            : null;
    }

    // Of HOST:CONTAINER[:OPTIONS] the second, of CONTAINER:OPTIONS the first.
    private static string Folder(string path) =>
        path.Split(':') is [_, ['/', ..] inside, ..] ? inside : path.Split(':')[0];

    internal static ContainerizeException Invalid(string path, string why) =>
        new(DiagnosticTable.VolumeFolder, $"ContainerVolume '{path}': {why}.");

    /// <summary>The error for the folder, in the words of its item.</summary>
    internal ContainerizeException Invalid(string why) => IsDeclared ? Invalid(Path, why) : InvalidFolder(Path, why);

    private static ContainerizeException InvalidFolder(string path, string why) =>
        new(DiagnosticTable.InvalidFolder, $"ContainerFolder '{path}': {why}.");

    [GeneratedRegex(@"^[A-Za-z]:([\\/]|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex WindowsPath();
}
