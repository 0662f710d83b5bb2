using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Publishing.Files;
using Containerize.Publishing.Settings;

namespace Containerize.Publishing.Bases;

/// <summary>The file that a container of the app begins with, checked against the files that were published.</summary>
internal static class AppProgram
{
    private const string WasmFolder = "wwwroot/_framework/";

    /// <summary>Finds the program and refuses one that is not there, or not for the image.</summary>
    /// <param name="folder">What was published.</param>
    /// <param name="settings">The command, and the files beside the published ones.</param>
    /// <param name="platform">What the image runs on.</param>
    /// <param name="library">The C library of the runtime identifier that the image is for; null where no setting
    /// says.</param>
    /// <returns>What the program's head says; null where the command starts none of the published programs.</returns>
    /// <exception cref="ContainerizeException">CTZ0196 for a default command whose file is not there, CTZ0197 for a
    /// program of another platform.</exception>
    public static ProgramFile? Check(
        PublishFolder folder,
        ContainerSettings settings,
        Platform platform,
        CLibrary? library
    )
    {
        if (FileOf(settings) is not { } file || settings.Files.Any(extra => extra.Path == file))
            return null;
        var entry = folder.Entries.FirstOrDefault(entry =>
            entry.Kind != EntryKind.Directory && IsAt(entry, file, settings)
        );
        if (entry is null)
            return settings.Command.DefaultFile is { } name ? throw Missing(name, folder, settings) : null;
        if (!File.Exists(entry.FullPath))
            return null;
        using var stream = FileContent.FromFile(entry.FullPath).Open();
        if (ProgramFile.Read(stream) is not { } program)
            return null;
        return Objection(program, platform, library) is { } objection
            ? throw new ContainerizeException(
                DiagnosticTable.ProgramUnfit,
                $"The container would start '{settings.NameOf(file)}', and '{entry.RelativePath}' of the publish "
                    + $"folder {objection}. "
                    + "Publish for the platform of the image: set RuntimeIdentifier to the one for the container, "
                    + "or leave it out and set ContainerRuntimeIdentifier."
            )
            : program;
    }

    private static ContainerPath? FileOf(ContainerSettings settings) =>
        settings.Command switch
        {
            { DefaultFile: { } file } => settings.WorkingDirectory.Combine(file),
            { AppCommand: [var first, ..] }
                when !settings.IsWindows
                    && first.StartsWith(settings.WorkingDirectory.Text + "/", StringComparison.Ordinal)
                    && !first.Contains("/.", StringComparison.Ordinal) => ContainerPath.Parse(first),
            _ => null,
        };

    // Names that no layer takes are refused where the layers are planned.
    private static bool IsAt(PublishFolderEntry entry, ContainerPath file, ContainerSettings settings) =>
        entry.RelativePath.Length < file.Text.Length
        && file.Text.EndsWith("/" + entry.RelativePath, StringComparison.Ordinal)
        && settings.WorkingDirectory.Combine(entry.RelativePath) == file;

    private static string? Objection(ProgramFile program, Platform platform, CLibrary? library)
    {
        if (program.Os != platform.Os)
            return $"is a program for {Text(program.Os)}, while the image is for {platform}";
        if (program.Architecture != platform.Architecture)
            return $"is a program for {program.Architecture ?? "another processor"}, while the image is for {platform}";
        return library is { } wanted && CLibraries.Of(program) is { } linked && linked != wanted
            ? $"is linked with {linked.Text()}, while ContainerRuntimeIdentifier asks for {wanted.Text()}"
            : null;
    }

    private static string Text(string os) =>
        os switch
        {
            "windows" => "Windows",
            "linux" => "Linux",
            _ => os,
        };

    private static ContainerizeException Missing(string name, PublishFolder folder, ContainerSettings settings)
    {
        var (app, dot) = (settings.NameOf(settings.WorkingDirectory), name.LastIndexOf('.'));
        var stem = dot > 0 ? name[..dot] : name;
        var others = folder
            .Entries.Where(entry => entry.Kind != EntryKind.Directory && IsOther(entry.RelativePath, stem))
            .Select(entry => entry.RelativePath);
        return new ContainerizeException(
            DiagnosticTable.CommandMissing,
            $"The container would start '{settings.NameOf(settings.WorkingDirectory.Combine(name))}', and the "
                + $"publish folder '{folder.Path}' has no '{name}'. {Advice()}"
        );

        string Advice()
        {
            if (folder.Entries.Any(entry => entry.RelativePath.StartsWith(WasmFolder, StringComparison.Ordinal)))
                return "It has a WebAssembly app, which a browser runs: publish the server project that hosts it, or "
                    + "take a web server for ContainerBaseImage and "
                    + "set ContainerAppCommandInstruction to None.";
            if (others.FirstOrDefault() is not { } other)
                return $"Name what starts the app with <ContainerAppCommand Include=\"{app}/…\" />, or set "
                    + "ContainerAppCommandInstruction to None to leave it to the base image.";
            if (other.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) && !settings.IsWindows)
                return $"It has '{other}', a program for Windows: publish for the platform of the image, with "
                    + "RuntimeIdentifier or ContainerRuntimeIdentifier.";
            return $"It has '{other}': if that is the app, write <ContainerAppCommand Include=\"{app}/{other}\" />.";
        }
    }

    private static bool IsOther(string path, string stem) =>
        path == stem || path == stem + ".exe" || path == stem + ".dll";
}
