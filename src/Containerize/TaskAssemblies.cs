using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Containerize.Tasks;

/// <summary>
/// Where the task's assemblies lie: those in native code in a folder for each kind of machine, and what is not worth
/// that, or is rarely used, in the folder above, once.
/// </summary>
internal static class TaskAssemblies
{
    /// <summary>The package's folder <c>tasks/net10.0</c>, whichever of the two places this assembly was loaded
    /// from.</summary>
    public static string Folder { get; } =
        Path.GetDirectoryName(typeof(TaskAssemblies).Assembly.Location) is var own
        && File.Exists(Path.Combine(own!, RarelyUsed))
            ? own!
            : Path.GetDirectoryName(own!)!;

    // One that is never compiled ahead of time.
    private const string RarelyUsed = "BouncyCastle.Cryptography.dll";

    // MSBuild asks the folder of the assembly that it loaded and then us.
    [ModuleInitializer]
    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Usage",
        "CA2255",
        Justification = "MSBuild loads this assembly and offers no other hook."
    )]
    internal static void FindAbove()
    {
        var context = AssemblyLoadContext.GetLoadContext(typeof(TaskAssemblies).Assembly);
        if (context is not null)
            context.Resolving += (_, name) =>
                Path.Combine(Folder, name.Name + ".dll") is var path && File.Exists(path)
                    ? context.LoadFromAssemblyPath(path)
                    : null;
    }
}
