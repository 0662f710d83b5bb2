using Containerize.Diagnostics;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Entries;

namespace Containerize.Tests.Dockerfiles;

/// <summary>Links and paths of an image that lead out of the sandbox, if they are followed.</summary>
public sealed class SandboxLinkTests : IDisposable
{
    private const string Canary = "CANARY-OF-THE-MACHINE";

    private readonly RunningBase _base = new();
    private readonly string _outside;

    public SandboxLinkTests()
    {
        _outside = Directory.CreateDirectory(_base.Folder("outside")).FullName;
        File.SetUnixFileMode(_outside, (UnixFileMode)0b111_111_111);
    }

    public static TheoryData<string> Ways => RunningTests.Ways;

    public void Dispose() => _base.Dispose();

    /// <summary>As with Docker, where all of these are names of files and nothing else.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Paths_are_no_options_and_no_code(string way)
    {
        var names = new[]
        {
            "-rf",
            "--bind",
            "-o suid",
            "--help",
            "$(touch PWNED)",
            $";touch {_outside}/PWNED;",
            "a'b\"c",
            "line\nbreak",
            "*",
            "a:b,c=d\\e",
            "~",
        };
        var context = Directory.CreateDirectory(_base.Folder("context")).FullName;
        foreach (var name in names)
        {
            var file = name.Replace('/', '_');
            await File.WriteAllTextAsync(Path.Combine(context, file), "content", TestContext.Current.CancellationToken);
            var request = _base.Request(
                "pwd | wc -l; cat \"$BOUND\"; echo; ls -d \"$MEMORY\" | wc -l; echo x > \"$CACHE/x\""
            ) with
            {
                WorkingDirectory = $"/w/{name}",
                Environment =
                [
                    new("PATH", "/bin"),
                    new("BOUND", $"/b/{name}"),
                    new("MEMORY", $"/m/{name}"),
                    new("CACHE", $"/c/{name}"),
                ],
                Mounts =
                [
                    new BindMount($"/b/{name}", file) { HostFolder = context },
                    new BindMount($"/r/{name}", file) { HostFolder = context, IsWritable = true },
                    new BindMount($"/f/{name}", ".") { HostFolder = context, IsWritable = true },
                    new TmpfsMount($"/m/{name}", null),
                    new CacheMount($"/c/{name}", name),
                ],
            };
            await using var changes = await _base
                .Runner(way)
                .RunAsync(request with { Output = _ => { } }, TestContext.Current.CancellationToken);
            Assert.Contains(changes.Entries, entry => entry.Path == ContainerPath.Parse($"/w/{name}"));
            // The folder that the command left becomes an unpacked layer, without the mount points in it.
            await changes.Keeping(
                _base.With(_base.Image, changes.Entries).Layers[^1],
                TestContext.Current.CancellationToken
            );
        }

        Assert.Empty(Directory.GetFileSystemEntries(_outside));
        Assert.Equal(names.Length, Directory.GetFileSystemEntries(context).Length);
    }

    /// <summary>As with Docker, whose init layer lies over such a link; here it is refused before anything is
    /// mounted.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_link_in_place_of_a_folder_of_the_kernel_leads_nowhere(string way)
    {
        foreach (var path in new[] { "/dev", "/proc", "/sys" })
        {
            foreach (var target in new[] { _outside, "../../../../../.." + _outside, "tmp" })
            {
                var image = _base.With(_base.Image, [Link(path, target)]);
                var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
                    _base.RunAsync(way, _base.Request("id") with { State = image })
                );
                Assert.Equal(DiagnosticTable.RunFolderRefused, exception.Diagnostic);
            }
        }

        Assert.Empty(Directory.GetFileSystemEntries(_outside));
    }

    /// <summary>As with Docker and runc, which look for the target of a mount inside of the image.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_link_where_something_is_mounted_leads_nowhere_outside(string way)
    {
        var file = Path.Combine(_outside, "file");
        await File.WriteAllTextAsync(file, Canary, TestContext.Current.CancellationToken);
        foreach (var target in new[] { "", "../../../../../../.." })
        {
            var image = _base.With(
                _base.Image,
                [
                    Link("/etc/resolv.conf", target + file),
                    Link("/etc/hosts", target + file + "2"),
                    Link("/out", target + _outside),
                ]
            );
            await _base.RunAsync(
                way,
                _base.Request("echo x > /out/x; mkdir /out/d; cat /etc/hosts /etc/resolv.conf > /dev/null") with
                {
                    State = image,
                    WorkingDirectory = "/out/work",
                    Mounts =
                    [
                        new TmpfsMount("/out/memory", null),
                        new CacheMount("/out/cache", "out"),
                        new FileMount("/out/script", "x"u8.ToArray(), 0b111_101_101),
                    ],
                }
            );
        }

        var whole = _base.With(
            _base.Image,
            [RunningBase.Entry("/etc", EntryKind.Whiteout, 420), Link("/etc", _outside)]
        );
        await _base.RunAsync(way, _base.Request("echo x > /etc/x") with { State = whole });
        Assert.Equal([file], Directory.GetFileSystemEntries(_outside));
        Assert.Equal(Canary, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    /// <summary>A runtime makes devices and links below <c>/dev</c> after the mounts, and would make them in what is
    /// mounted over it.</summary>
    [Theory]
    [InlineData("/dev")]
    [InlineData("/proc")]
    [InlineData("/proc/sys")]
    [InlineData("/sys/kernel")]
    [InlineData("/to-dev")]
    public async Task Nothing_is_mounted_over_what_belongs_to_the_kernel(string target)
    {
        var image = _base.With(_base.Image, [Link("/to-dev", "dev")]);
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            _base.RunAsync(
                "crun",
                _base.Request("id") with
                {
                    State = image,
                    Mounts = [new CacheMount(target, "kernel")],
                }
            )
        );
        Assert.Equal(DiagnosticTable.RunMountInvalid, exception.Diagnostic);
    }

    private static LayerEntry Link(string path, string target) =>
        RunningBase.Entry(path, EntryKind.SymbolicLink, 0b111_111_111) with
        {
            LinkTarget = target,
        };
}
