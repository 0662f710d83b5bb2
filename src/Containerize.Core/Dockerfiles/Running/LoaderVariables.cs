using Containerize.Diagnostics;
using Containerize.FileSystems;
using Containerize.Layers;

namespace Containerize.Dockerfiles.Running;

/// <summary>
/// Variables that say which code a program loads, for a command that programs of the machine start: they must not see them, so the image's own
/// shell sets them.
/// </summary>
internal static class LoaderVariables
{
    /// <summary>The command with such variables set by the image's shell; itself when it has none.</summary>
    /// <exception cref="ContainerizeException">CTZ0147 when the image has no shell.</exception>
    public static SandboxRun ForImage(SandboxRun run, ImageFiles files, string where)
    {
        var loaders = run.Environment.Where(variable => SandboxEnvironment.IsLoaders(variable.Key)).ToList();
        if (loaders.Count == 0)
            return run;
        var shell = ContainerPath.Parse("/bin/sh");
        if (files.Resolve(shell)?.Kind != EntryKind.File)
            throw new ContainerizeException(DiagnosticTable.RunVariableRefused,
                $"{where}: the variable {loaders[0].Key} changes which code the machine's own programs load, and the image has no shell to set it after them. Install an OCI runtime (crun or runc), or unset it for this command.");
        var script = string.Concat(loaders.Select(variable => $"export {variable.Key}={ShellText.Quote(variable.Value)}; ")) + "exec \"$0\" \"$@\"";
        return run with { Environment = [.. run.Environment.Except(loaders)], Command = [shell.Text, "-c", script, .. run.Command] };
    }
}
