using System.Collections.Concurrent;
using System.Security.Cryptography;
using Containerize.Diagnostics;
using Containerize.IO;
using Containerize.Packages.Sources;
using Containerize.TestKit.Servers;
using Microsoft.AspNetCore.Http;

namespace Containerize.Core.Tests.Packages.Sources;

/// <summary>Packages over HTTP, from servers that are not always at their best.</summary>
public sealed class PackageTransferTests : IDisposable
{
    private readonly TestRepository _repository = new TestRepository()
        .With(
            new TestDeb("tool", "1", "Depends: lib, data\n").File("./tool", "x"),
            new TestDeb("lib", "1").File("./lib", "x"),
            new TestDeb("data", "1").File("./data", "x")
        )
        .Publish();
    private readonly ConcurrentDictionary<string, int> _asked = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<WorkProgress> _progress = [];

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task What_fails_once_is_asked_for_again()
    {
        await using var server = await ServeAsync(
            async (context, again) =>
            {
                if (!again && context.Request.Path.Value!.EndsWith("tool_1_amd64.deb", StringComparison.Ordinal))
                    context.Response.StatusCode = 503;
                else if (!again && context.Request.Path.Value!.EndsWith("lib_1_amd64.deb", StringComparison.Ordinal))
                    await BreakOffAsync(context);
                else
                    await SendAsync(context);
            }
        );
        using var installation = await InstallAsync(server);
        Assert.Equal(["data", "lib", "tool"], installation.Packages.Select(package => package.Name));
        Assert.Equal((2, 2, 1), (Asked("tool"), Asked("lib"), Asked("data")));
    }

    [Fact]
    public async Task A_server_that_goes_silent_is_left_in_the_end()
    {
        await using var server = await ServeAsync(
            async (context, _) =>
            {
                if (context.Request.Path.Value!.EndsWith(".deb", StringComparison.Ordinal))
                    await Task.Delay(Timeout.Infinite, context.RequestAborted);
                else
                    await SendAsync(context);
            }
        );
        var failure = await Assert.ThrowsAsync<ContainerizeException>(() =>
            InstallAsync(server, TimeSpan.FromSeconds(0.5))
        );
        Assert.Same(DiagnosticTable.PackageSourceUnreachable, failure.Diagnostic);
        Assert.Contains("nothing came for 0.5 seconds", failure.Message, StringComparison.Ordinal);
        Assert.Equal(
            3,
            _asked.Where(path => path.Key.EndsWith(".deb", StringComparison.Ordinal)).Max(path => path.Value)
        );
    }

    [Fact]
    public async Task What_is_refused_is_not_asked_for_again()
    {
        await using var server = await ServeAsync(
            (context, _) =>
            {
                context.Response.StatusCode = 403;
                return Task.CompletedTask;
            }
        );
        var failure = await Assert.ThrowsAsync<ContainerizeException>(() => InstallAsync(server));
        Assert.Same(DiagnosticTable.PackageSourceUnreachable, failure.Diagnostic);
        Assert.Equal(1, Assert.Single(_asked).Value);
    }

    [Fact]
    public async Task Packages_come_side_by_side()
    {
        // No request is answered before all three have arrived.
        var (waiting, all) = (0, new TaskCompletionSource());
        await using var server = await ServeAsync(
            async (context, _) =>
            {
                if (context.Request.Path.Value!.EndsWith(".deb", StringComparison.Ordinal))
                {
                    if (Interlocked.Increment(ref waiting) == 3)
                        all.SetResult();
                    await all.Task.WaitAsync(TimeSpan.FromSeconds(20));
                }

                await SendAsync(context);
            }
        );
        (await InstallAsync(server)).Dispose();
    }

    [Fact]
    public async Task It_is_told_how_far_each_file_is()
    {
        await using var server = await ServeAsync((context, _) => SendAsync(context));
        (await InstallAsync(server)).Dispose();
        var work = _progress.Select(progress => progress.Work).Distinct().ToList();
        Assert.Equal(
            ["the package data 1 amd64", "the package lib 1 amd64", "the package tool 1 amd64"],
            work.Select(piece => piece.Name)
                .Where(name => name.StartsWith("the package", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        );
        Assert.All(work, piece => Assert.True(_progress.Last(progress => progress.Work == piece).IsDone));
    }

    [Fact]
    public async Task Offline_nothing_is_asked_for()
    {
        await using var server = await ServeAsync((context, _) => SendAsync(context));
        (await InstallAsync(server)).Dispose();
        _asked.Clear();
        using (var installation = await InstallAsync(server, offline: true))
            Assert.Equal(3, installation.Packages.Length);
        Directory.Delete(Path.Combine(_repository.Cache, "releases"), recursive: true);
        var failure = await Assert.ThrowsAsync<ContainerizeException>(() => InstallAsync(server, offline: true));
        Assert.Same(DiagnosticTable.PackageOffline, failure.Diagnostic);
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task An_index_is_fetched_by_its_hash_where_the_release_offers_it()
    {
        using var repository = new TestRepository { ReleaseFields = "Acquire-By-Hash: yes\n" }
            .With(new TestDeb("tool", "1").File("./tool", "x"))
            .Publish();
        var index = await File.ReadAllBytesAsync(repository.IndexPath, TestContext.Current.CancellationToken);
        var byHash = $"by-hash/SHA256/{Convert.ToHexStringLower(SHA256.HashData(index))}";
        // The mirror is being updated: under its name the index is another than the release says.
        await using var server = await TestServer.StartAsync(async context =>
        {
            var path = context.Request.Path.Value!;
            if (path.EndsWith(byHash, StringComparison.Ordinal))
                await context.Response.Body.WriteAsync(index);
            else if (path.EndsWith("Packages.gz", StringComparison.Ordinal))
                await context.Response.WriteAsync("newer");
            else
                await context.Response.SendFileAsync(repository.Root + path);
        });
        using var installation = await repository.InstallAsync(
            repository.Settings("tool") with
            {
                Sources = [repository.Source with { Root = new Uri($"http://{server.Authority}/") }],
            }
        );
        Assert.Equal(["tool"], installation.Packages.Select(package => package.Name));
    }

    private int Asked(string package) => _asked.GetValueOrDefault($"/pool/{package}_1_amd64.deb");

    private Task<TestServer> ServeAsync(Func<HttpContext, bool, Task> handle) =>
        TestServer.StartAsync(context =>
            handle(context, _asked.AddOrUpdate(context.Request.Path.Value!, 1, (_, count) => count + 1) > 1)
        );

    private async Task SendAsync(HttpContext context)
    {
        var file = _repository.Root + context.Request.Path.Value;
        if (File.Exists(file))
            await context.Response.SendFileAsync(file);
        else
            context.Response.StatusCode = 404;
    }

    private async Task BreakOffAsync(HttpContext context)
    {
        var bytes = await File.ReadAllBytesAsync(_repository.Root + context.Request.Path.Value);
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
        await context.Response.Body.FlushAsync();
        context.Abort();
    }

    private async Task<TestInstallation> InstallAsync(TestServer server, TimeSpan? stall = null, bool offline = false)
    {
        var settings = _repository.Settings("tool");
        return await _repository.InstallAsync(
            settings with
            {
                Sources = [_repository.Source with { Root = new Uri($"http://{server.Authority}/") }],
                IsOffline = offline,
            },
            transfers: new TransferOptions
            {
                Progress = new Listener(_progress),
                StallLimit = stall ?? TimeSpan.FromSeconds(30),
            }
        );
    }

    private sealed class Listener(ConcurrentQueue<WorkProgress> heard) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => heard.Enqueue(value);
    }
}
