using System.Collections.Immutable;
using Containerize.Entries;
using Containerize.Images;

namespace Containerize.Publishing.Bases;

/// <summary>
/// Whether an app can start above a base image, as far as the base's name, its history and the packages upon it tell:
/// its layers are not fetched for it. So it is a warning, and no reason to refuse.
/// </summary>
internal sealed record BaseFitness
{
    private static readonly ImmutableArray<string> Glibc =
    [
        "almalinux",
        "azurelinux",
        "bionic",
        "bookworm",
        "bullseye",
        "cbl",
        "centos",
        "debian",
        "fedora",
        "focal",
        "jammy",
        "mariner",
        "noble",
        "resolute",
        "rhel",
        "rockylinux",
        "trixie",
        "ubi",
        "ubuntu",
    ];

    private static readonly ImmutableArray<string> GlibcBuilders =
    [
        "apt-get ",
        "debuerreotype",
        "debian.sh ",
        "tdnf ",
        "microdnf ",
    ];

    /// <summary>What <c>FROM</c> says.</summary>
    public required string From { get; init; }

    /// <summary>The base image's reference; null for a place on this machine.</summary>
    public required ImageReference? Reference { get; init; }

    /// <summary>The base image as it was found.</summary>
    public required Image Base { get; init; }

    /// <summary>The names of the operating-system packages that are installed upon it.</summary>
    public required ImmutableArray<string> Packages { get; init; }

    /// <summary>The names of files that the project adds outside of its publish folder.</summary>
    public required ImmutableArray<string> AddedFiles { get; init; }

    private bool IsScratch => From == "scratch" && Packages.IsEmpty;

    /// <summary>What the app will miss in the base; null for nothing known.</summary>
    /// <param name="program">What the head of the app's program says; null where <c>dotnet</c> runs the app.</param>
    /// <param name="needsRuntime">Whether the app was published without the .NET runtime.</param>
    public string? Objection(ProgramFile? program, bool needsRuntime)
    {
        if (needsRuntime && !HasRuntime())
            return $"The app was published without the .NET runtime, and the base image '{From}' has none, so a "
                + "container of it will not start. "
                + "Set ContainerBaseImage to an image with the runtime, such as mcr.microsoft.com/dotnet/aspnet, or "
                + "publish with SelfContained=true.";
        if (program is not { Os: "linux", Interpreter: { } loader })
            return null;
        if (IsScratch && !AddedFiles.Contains(Path.GetFileName(loader)))
            return $"The app's program needs the C library with its loader '{loader}', and 'scratch' has none, so a "
                + "container of it will not start. "
                + "Use ContainerBaseImage 'packages' or an image such as mcr.microsoft.com/dotnet/runtime-deps.";
        return CLibraries.Of(program) is { } linked && LibraryOf() is { } there && linked != there
            ? $"The app's program is linked with {linked.Text()}, and the base image '{From}' looks like one with "
                + $"{there.Text()}, so a container of it will not start. "
                + $"Publish for {(there == CLibrary.Musl ? "'linux-musl-…'" : "'linux-…' without 'musl'")}, or take "
                + "another base image."
            : null;
    }

    private bool HasRuntime()
    {
        if (
            AddedFiles.Contains("dotnet")
            || Packages.Any(name =>
                name.StartsWith("dotnet", StringComparison.Ordinal)
                || name.StartsWith("aspnetcore", StringComparison.Ordinal)
            )
        )
            return true;
        return !IsScratch && Reference?.Repository.Split('/')[^1] != "runtime-deps";
    }

    // The name tells it, else the history.
    private CLibrary? LibraryOf()
    {
        if (Packages.Contains("libc6"))
            return CLibrary.Glibc;
        var words = Reference is null ? [] : $"{Reference.Repository}/{Reference.Tag}".Split('/', '-', '.', '_', ':');
        if (words.Any(word => word.StartsWith("alpine", StringComparison.Ordinal) || word == "musl"))
            return CLibrary.Musl;
        var isMicrosofts =
            Reference is { Registry: "mcr.microsoft.com" }
            && Reference.Repository.StartsWith("dotnet/", StringComparison.Ordinal);
        if (isMicrosofts || words.Any(word => Glibc.Contains(word.TrimEnd("0123456789".ToCharArray()))))
            return CLibrary.Glibc;
        var lines = Base.Config.HistoryLines.Select(line => line.CreatedBy ?? "").ToList();
        return lines.Exists(line => line.Contains("alpine", StringComparison.OrdinalIgnoreCase)) ? CLibrary.Musl
            : lines.Exists(line => GlibcBuilders.Any(word => line.Contains(word, StringComparison.Ordinal)))
                ? CLibrary.Glibc
            : null;
    }
}
