namespace Containerize.Publishing.Settings;

/// <summary>How an app is published, as far as it decides what starts it.</summary>
/// <param name="AssemblyName">The assembly's name, which the SDK gives to the program that starts it.</param>
/// <param name="TargetFileName">The assembly's file, which may have another name (<c>TargetName</c>).</param>
public sealed record PublishedApp(string AssemblyName, string TargetFileName)
{
    /// <summary>Whether the .NET runtime is published with the app.</summary>
    public bool IsSelfContained { get; init; }

    /// <summary>Whether the app is compiled ahead of time into one program.</summary>
    public bool IsNativeAot { get; init; }

    /// <summary>Whether the assemblies are put into the program: with or without the runtime, there is no assembly
    /// beside it then.</summary>
    public bool IsSingleFile { get; init; }

    /// <summary>Whether the app is a program of its own, which needs no <c>dotnet</c> on the command line.</summary>
    public bool StartsItself => IsSelfContained || IsNativeAot || IsSingleFile;

    /// <summary>Whether the base image has to bring the .NET runtime.</summary>
    public bool NeedsRuntime => !IsSelfContained && !IsNativeAot;

    /// <summary>The file that starts the app, relative to the publish folder.</summary>
    /// <param name="isWindows">Whether the program is one for Windows.</param>
    public string FileOf(bool isWindows) =>
        !StartsItself
            ? TargetFileName
            // The compiler's output is named after the target; the host that the SDK copies is named after the
            // assembly.
            : (IsNativeAot ? Path.GetFileNameWithoutExtension(TargetFileName) : AssemblyName)
                + (isWindows ? ".exe" : "");
}
