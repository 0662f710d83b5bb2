using Containerize.IO;
using Containerize.Reporting;

namespace Containerize.Tool.Output;

/// <summary>How work that can take long is shown: bars on a terminal, elsewhere a line now and then.</summary>
internal static class Progressing
{
    /// <summary>Does something, and shows how far it is.</summary>
    public static Task<T> ShowAsync<T>(this Screen screen, Func<IProgress<WorkProgress>, Task<T>> action) =>
        screen.IsTerminal
            ? LiveBars.RunAsync(screen, action)
            : action(new ProgressLines(screen.Note, TimeProvider.System));
}
