using System.Buffers.Binary;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Execution;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Entries;
using Containerize.Images;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Dockerfiles;

/// <summary>Commands of another processor: emulated where the kernel knows how, else refused with what to
/// install.</summary>
public sealed class RunningEmulationTests : IDisposable
{
    private const int Arm64 = 183,
        S390x = 22;

    // mkdirat(AT_FDCWD, "/made", 0755), write(1, "aarch64\n", 8), exit(0): Arm's A64 instructions and Linux's numbers
    // of system calls for it.
    private static readonly uint[] Code =
    [
        0xD2800020, // mov x0, #1
        0x10000181, // adr x1, the text
        0xD2800102, // mov x2, #8
        0xD2800808, // mov x8, #64 (write)
        0xD4000001, // svc #0
        0x92800C60, // mov x0, #-100
        0x10000121, // adr x1, the path
        0xD2803DA2, // mov x2, #0755
        0xD2800448, // mov x8, #34 (mkdirat)
        0xD4000001, // svc #0
        0xD2800000, // mov x0, #0
        0xD2800BA8, // mov x8, #93 (exit)
        0xD4000001, // svc #0
    ];

    private readonly RunningBase _base = new();

    public void Dispose() => _base.Dispose();

    [Theory]
    [MemberData(nameof(RunningTests.Ways), MemberType = typeof(RunningTests))]
    public async Task Without_an_emulator_the_error_says_what_to_install(string way)
    {
        var empty = Directory.CreateDirectory(_base.Folder("formats")).FullName;
        var runner = new RunExecutor(RunningBase.Machine(way) with { BinaryFormats = empty }, _base.Folder("layers"));
        foreach (var command in new[] { "/bin/other", "other", "/bin/script", "./bin/other" })
        {
            var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
                runner.RunAsync(Request(S390x, "s390x", command), TestContext.Current.CancellationToken)
            );
            Assert.Equal(DiagnosticTable.EmulatorMissing, exception.Diagnostic);
            Assert.Contains(
                "'/bin/other' of the image is a program for s390x, and this machine is "
                    + RunningBase.Platform.Architecture,
                exception.Message,
                StringComparison.Ordinal
            );
            Assert.Contains("qemu-user-static", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_emulator_that_is_not_in_the_image_is_named_with_the_flag_that_it_needs()
    {
        var formats = Directory.CreateDirectory(_base.Folder("formats")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(formats, "status"),
            "enabled\n",
            TestContext.Current.CancellationToken
        );
        await File.WriteAllTextAsync(
            Path.Combine(formats, "qemu-s390x"),
            "enabled\ninterpreter /usr/bin/qemu-s390x\nflags: OC\noffset 18\nmagic 0016\n",
            TestContext.Current.CancellationToken
        );
        var runner = new RunExecutor(
            RunningBase.Machine("unshare") with
            {
                BinaryFormats = formats,
            },
            _base.Folder("layers")
        );
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            runner.RunAsync(Request(S390x, "s390x", "/bin/other"), TestContext.Current.CancellationToken)
        );
        Assert.Equal(DiagnosticTable.EmulatorMissing, exception.Diagnostic);
        Assert.Contains(
            "'qemu-s390x' names the emulator '/usr/bin/qemu-s390x', which is not in the image: make the entry with the "
                + "flag F",
            exception.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_command_of_this_machine_that_fails_needs_no_emulator_whatever_the_image_says()
    {
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            _base
                .Runner("unshare")
                .RunAsync(
                    _base.Request("exit 3") with
                    {
                        Platform = new Platform("linux", "s390x"),
                    },
                    TestContext.Current.CancellationToken
                )
        );
        Assert.Equal(DiagnosticTable.RunFailed, exception.Diagnostic);
        // What the look for an emulator cannot follow is no reason to hide how the command ended.
        exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            _base
                .Runner("unshare")
                .RunAsync(
                    _base.Request("") with
                    {
                        Command = ["/bin/../bin/sh", "-c", "exit 3"],
                        Platform = new Platform("linux", "s390x"),
                    },
                    TestContext.Current.CancellationToken
                )
        );
        Assert.Equal(DiagnosticTable.RunFailed, exception.Diagnostic);
    }

    [Fact]
    public async Task The_kernel_s_emulator_runs_a_command_of_another_processor()
    {
        Assert.True(
            Environment.IsPrivilegedProcess,
            "This test makes a user namespace with all users, which only root can."
        );
        // Since Linux 6.7 each user namespace has a list of its own, so the machine's stays as it is.
        const string Outer = """
            cd -- "$1"; mkfifo go
            unshare --user sh -c 'read -r go <go; exec setpriv --reuid 0 --regid 0 --clear-groups \
              unshare --mount --pid --fork --mount-proc sh -c "$0" sh "$@"' "$2" "$3" "$4" &
            child=$!
            until printf '0 0 4294967295\n' >/proc/$child/uid_map 2>/dev/null; do
              kill -0 $child || exit 1
              sleep 0.1
            done
            printf '0 0 4294967295\n' >/proc/$child/gid_map
            echo go >go
            wait $child
            """;
        const string Inner = """
            set -e
            mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
            elf='\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00'
            all='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'
            printf '%s' ":qemu-aarch64:M::$elf:$all:$(command -v qemu-aarch64-static):OCF" \
              >/proc/sys/fs/binfmt_misc/register
            exec "$1" -noLogo -noColor -explicit only -method "$2"
            """;
        var name = $"*.{nameof(RunningEmulationTests)}.{nameof(A_command_of_arm64_runs_here)}";
        var folder = Directory.CreateDirectory(_base.Folder("namespace")).FullName;
        var result = await new ShellCommand(
            "sh",
            ["-c", Outer, "sh", folder, Inner, Environment.ProcessPath!, name]
        ).RunAsync();
        Assert.Contains(
            "Total: 4, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0",
            result.Expect(0).Output,
            StringComparison.Ordinal
        );
    }

    /// <summary>What the test above starts: no test by itself, and only run when it is asked for.</summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(RunningTests.Ways), MemberType = typeof(RunningTests))]
    public async Task A_command_of_arm64_runs_here(string way)
    {
        foreach (var command in new[] { "/bin/other", "other" })
        {
            var (lines, entries) = await _base.RunAsync(
                way,
                Request(Arm64, "arm64", command) with
                {
                    Network = NetworkMode.None,
                },
                "layers-" + way
            );
            Assert.Equal(["aarch64"], lines);
            Assert.Equal(["Directory /made 755 0:0"], entries);
        }
    }

    private RunRequest Request(int machine, string architecture, string command) =>
        _base.Request("") with
        {
            State = _base.With(
                _base.Image,
                [
                    RunningBase.Entry("/bin/other", EntryKind.File, 0b111_101_101) with
                    {
                        Content = FileContent.FromBytes(Program(machine), "other"),
                    },
                    RunningBase.Entry("/bin/script", EntryKind.File, 0b111_101_101) with
                    {
                        Content = FileContent.FromBytes("#! /bin/other -x\n"u8.ToArray(), "script"),
                    },
                ]
            ),
            Command = [command],
            Platform = new Platform("linux", architecture),
        };

    // A static program: the header of ELF's gABI with one segment, the whole file, which is code.
    private static byte[] Program(int machine)
    {
        const int Header = 64,
            Segment = 56;
        const ulong Address = 0x400000;
        byte[] data = [.. "aarch64\n/made\0"u8];
        var file = new byte[Header + Segment + (Code.Length * 4) + data.Length];
        var bytes = file.AsSpan();
        "\u007FELF\u0002\u0001\u0001"u8.CopyTo(bytes);
        // s390x has the other byte order, and its header the other numbers.
        if (machine == S390x)
        {
            bytes[5] = 2;
            BinaryPrimitives.WriteUInt16BigEndian(bytes[16..], 2);
            BinaryPrimitives.WriteUInt16BigEndian(bytes[18..], (ushort)machine);
            return file;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(bytes[16..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[18..], (ushort)machine);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[20..], 1);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], Address + Header + Segment);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[32..], Header);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[52..], Header);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[54..], Segment);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[56..], 1);
        var segment = bytes[Header..];
        BinaryPrimitives.WriteUInt32LittleEndian(segment, 1);
        BinaryPrimitives.WriteUInt32LittleEndian(segment[4..], 5);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[16..], Address);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[24..], Address);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[32..], (ulong)file.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[40..], (ulong)file.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[48..], 0x1000);
        for (var i = 0; i < Code.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[(Header + Segment + (i * 4))..], Code[i]);
        data.CopyTo(bytes[(Header + Segment + (Code.Length * 4))..]);
        return file;
    }
}
