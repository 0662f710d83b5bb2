using System.Collections.Immutable;

namespace Containerize.Tar;

/// <summary>What an archive says of one of its entries, PAX records and GNU's long names taken into account.</summary>
/// <param name="Name">The path as it is written: it may be absolute, hold <c>..</c>, and end with a slash.</param>
/// <param name="Type">The kind, by its letter in the header (POSIX.1-2001, pax, "ustar Interchange Format").</param>
internal sealed record TarItem(string Name, char Type)
{
    public const char File = '0';
    public const char HardLink = '1';
    public const char SymbolicLink = '2';
    public const char CharacterDevice = '3';
    public const char BlockDevice = '4';
    public const char Directory = '5';
    public const char Fifo = '6';

    /// <summary>The letter in the header, of which <see cref="Type"/> is what it means: <c>7</c> is a file,
    /// too.</summary>
    public char Flag { get; init; } = Type;

    /// <summary>Permission bits with set-id and sticky bits.</summary>
    public required int Mode { get; init; }

    public required long Uid { get; init; }

    public required long Gid { get; init; }

    public required DateTimeOffset ModificationTime { get; init; }

    /// <summary>The bytes of content that follow; zero for all but files.</summary>
    public required long Size { get; init; }

    /// <summary>The target of a link as it is written.</summary>
    public required string LinkName { get; init; }

    public required int DeviceMajor { get; init; }

    public required int DeviceMinor { get; init; }

    /// <summary>Extended attributes by their names, <c>security.capability</c> for one.</summary>
    public required ImmutableSortedDictionary<string, ImmutableArray<byte>> ExtendedAttributes { get; init; }

    /// <summary>Whether GNU tar found an access list (<c>acl(5)</c>), which no layer has.</summary>
    public bool HasAccessList { get; init; }

    /// <summary>Where the content begins in the archive.</summary>
    public required long Offset { get; init; }
}
