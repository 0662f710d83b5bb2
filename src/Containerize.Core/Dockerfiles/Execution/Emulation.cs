using System.Runtime.InteropServices;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Dockerfiles.Execution.Sandboxing;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;

namespace Containerize.Dockerfiles.Execution;

/// <summary>Why a command for another processor failed: the kernel starts such programs by an emulator only.</summary>
/// <param name="machine">The machine that the command ran on.</param>
/// <param name="request">The command.</param>
/// <param name="files">The files of the image before the command.</param>
internal sealed class Emulation(RunnerMachine machine, RunRequest request, ImageFiles files)
{
    // What the kernel looks at (fs/binfmt_misc.c, BINPRM_BUF_SIZE), and more than a '#!' line may have.
    private const int HeadBytes = 256;

    /// <summary>Does nothing where the failed command's program is for this machine, or has an emulator.</summary>
    /// <param name="folder">The absolute path of a folder that the program is fetched into; it need not be
    /// there.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ContainerizeException">CTZ0440 for a program that needs an emulator which is not
    /// there.</exception>
    public async Task CheckAsync(string folder, CancellationToken cancellationToken)
    {
        var here = Platform.OfProcessor(RuntimeInformation.OSArchitecture)?.Architecture;
        // The label of an image may be wrong; what is in the file counts. An image for this machine needs no look.
        if (request.Platform.Architecture == here)
            return;
        try
        {
            await CheckAsync(here, folder, cancellationToken).ConfigureAwait(false);
        }
        catch (ContainerizeException exception) when (exception.Diagnostic != DiagnosticTable.EmulatorMissing)
        {
            // A path of the command or of the image that leads nowhere: the command's own end says more.
        }
    }

    private async Task CheckAsync(string? here, string folder, CancellationToken cancellationToken)
    {
        if (Find(request.Command[0]) is not { } path)
            return;
        var file = await FetchAsync(path, folder, cancellationToken).ConfigureAwait(false);
        if (file is { } script && Interpreter(script.Head) is { } interpreter && Find(interpreter) is { } loader)
            (path, file) = (loader, await FetchAsync(loader, folder, cancellationToken).ConfigureAwait(false));
        if (file is not { Program: { Os: "linux", Architecture: { } architecture } } found || Runs(here, architecture))
            return;
        var formats = BinaryFormat.List(machine.BinaryFormats).Where(format => format.Matches(found.Head)).ToList();
        if (formats.Any(format => format.IsFixed || Find(format.Interpreter) is not null))
            return;
        throw new ContainerizeException(
            DiagnosticTable.EmulatorMissing,
            $"{request.Where}: '{path}' of the image is a program for {architecture}, and this machine is "
                + $"{here}. {Advice(formats, architecture)} Else build on a machine of that processor, or do the "
                + "command in a stage 'FROM --platform=$BUILDPLATFORM' and COPY what it makes."
        );
    }

    private static string Advice(List<BinaryFormat> formats, string architecture) =>
        formats is [var format, ..]
            ? $"The kernel's entry '{format.Name}' names the emulator '{format.Interpreter}', which is not in the "
                + "image: make the entry with the flag F, as Debian's package qemu-user-static does."
            : "No emulator for it is known to the kernel. Install one: the packages qemu-user-static and "
                + "binfmt-support of Debian and Ubuntu, or where Docker is "
                + $"'docker run --privileged --rm tonistiigi/binfmt --install {architecture}'.";

    // A kernel for 64 bits usually runs what its 32-bit forerunner ran, and says so itself where it does not.
    private static bool Runs(string? here, string architecture) =>
        here is null || architecture == here || (here, architecture) is ("amd64", "386") or ("arm64", "arm");

    // As execvp(3): a name without a slash is looked for in the folders of PATH.
    private ContainerPath? Find(string program)
    {
        var folders = program.Contains('/', StringComparison.Ordinal)
            ? [request.WorkingDirectory]
            : (
                request.Environment.LastOrDefault(variable => variable.Key == "PATH").Value ?? CommandSetup.DefaultPath
            ).Split(':', StringSplitOptions.RemoveEmptyEntries);
        var name = program.Split('/').Where(part => part != ".");
        return folders
            .Select(folder => program.StartsWith('/') ? program : $"{folder}/{string.Join('/', name)}")
            .Where(path => path.StartsWith('/'))
            .Select(path => files.Resolve(ContainerPath.Parse(path)))
            .FirstOrDefault(file => file is { Kind: EntryKind.File })
            ?.Path;
    }

    private static string? Interpreter(byte[] head) =>
        head.AsSpan().StartsWith("#!"u8)
            ? Encoding
                .UTF8.GetString(head.AsSpan(2))
                .Split('\n')[0]
                .Split(' ', '\t')
                .FirstOrDefault(word => word.Length > 0)
            : null;

    private async Task<(byte[] Head, ProgramFile? Program)?> FetchAsync(
        ContainerPath path,
        string folder,
        CancellationToken cancellationToken
    )
    {
        var contents = await files.FetchAsync([files.Find(path)!], folder, cancellationToken).ConfigureAwait(false);
        using var stream = contents[path].Open();
        var head = new byte[HeadBytes];
        var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        return (head[..length], ProgramFile.Read(stream));
    }
}
