using System.Runtime.InteropServices;

namespace Containerize.Dockerfiles.Execution.Sandboxing;

/// <summary>Who a process runs as, by the numbers that the kernel goes by.</summary>
/// <param name="UserId">The effective user; 0 is root.</param>
/// <param name="GroupId">The effective group.</param>
public sealed record UnixIdentity(int UserId, int GroupId)
{
    /// <summary>Who this process runs as; null where there are no such numbers (Windows).</summary>
    public static UnixIdentity? OfThisProcess() =>
        OperatingSystem.IsWindows()
            ? null
            : new UnixIdentity((int)NativeMethods.EffectiveUser(), (int)NativeMethods.EffectiveGroup());

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "geteuid")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern uint EffectiveUser();

        [DllImport("libc", EntryPoint = "getegid")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern uint EffectiveGroup();
    }
}
