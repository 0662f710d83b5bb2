using System.Diagnostics;
using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;
using Microsoft.AspNetCore.Http;

namespace Containerize.Tool.Tests;

/// <summary>Ctrl+C in the middle: a registry gives half of a layer and then nothing more, so the signal cannot come too
/// late.</summary>
public sealed class CancelTests(ToolMachine machine)
{
    [Theory]
    [InlineData("archive:image.tar")]
    [InlineData("oci:layout")]
    public async Task CtrlC_leaves_nothing_half_done(string sink)
    {
        var stalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(context => AnswerAsync(context, stalled));
        var folder = machine.Folder.Create("cancel");
        var command = (await machine.Tool).Command("copy", $"{server.Authority}/small:1.0", sink);
        var start = new ProcessStartInfo(command.Program, command.Arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in command.Environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await stalled.Task.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
            // Something is there that must go away.
            while (!Directory.EnumerateFiles(folder, "*.tmp", SearchOption.AllDirectories).Any())
                await Task.Delay(20, TestContext.Current.CancellationToken);
            await Shell.RunAsync("kill", "-INT", $"{process.Id}");
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            await process.WaitForExitAsync(limit.Token);
            Assert.Equal(
                (130, true),
                (process.ExitCode, (await errors).Contains("nothing was left half done", StringComparison.Ordinal))
            );
            Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    // As much of a registry as a pull needs (distribution-spec, "Pull").
    private async Task AnswerAsync(HttpContext context, TaskCompletionSource stalled)
    {
        var small = machine.Small;
        var path = context.Request.Path.Value!;
        var digest = path.Split('/')[^1] is "1.0" ? small.Digest() : path.Split('/')[^1];
        if (path == "/v2/")
            return;
        if (!File.Exists(small.BlobPath(digest)))
        {
            context.Response.StatusCode = 404;
            return;
        }

        var bytes = await File.ReadAllBytesAsync(small.BlobPath(digest));
        context.Response.ContentType = path.Contains("/manifests/", StringComparison.Ordinal)
            ? "application/vnd.oci.image.manifest.v1+json"
            : "application/octet-stream";
        context.Response.Headers["Docker-Content-Digest"] = digest;
        context.Response.ContentLength = bytes.Length;
        if (context.Request.Method == HttpMethods.Head)
            return;
        if (digest != small.LayerDigests()[^1])
        {
            await context.Response.Body.WriteAsync(bytes);
            return;
        }

        await context.Response.Body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
        await context.Response.Body.FlushAsync();
        stalled.TrySetResult();
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
    }
}
