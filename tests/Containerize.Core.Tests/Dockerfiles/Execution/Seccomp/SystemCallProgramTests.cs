using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Containerize.Core.Tests.Stores;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Dockerfiles.Execution.Sandboxing;
using Containerize.Dockerfiles.Execution.Seccomp;
using Containerize.Entries;
using Processor = System.Runtime.InteropServices.Architecture;

namespace Containerize.Core.Tests.Dockerfiles.Execution.Seccomp;

/// <summary>
/// The executable that becomes a command without an OCI runtime. The source of its code for x86-64, in the syntax of
/// Intel:
/// <code>
/// lea rbx,[rip+list]; next: mov rax,[rbx]; mov rdi,[rbx+8]; mov rsi,[rbx+16]; mov rdx,[rbx+24]; mov r10,[rbx+32]; mov
/// r8,[rbx+40]; syscall; mov r12,[rbx+48]; mov rsi,[rbx+56]; mov rdx,[rbx+64]; add rbx,72; test rax,rax; jns next; test
/// r12,r12; jz next; mov edi,2; mov eax,1; syscall; mov rdi,r12; mov eax,231; syscall; list:
/// </code>
/// and for arm64:
/// <code>
/// adr x19,list; next: ldp x8,x0,[x19]; ldp x1,x2,[x19,#16]; ldp x3,x4,[x19,#32]; svc #0; ldr x20,[x19,#48]; ldp
/// x1,x2,[x19,#56]; add x19,x19,#72; tbz x0,#63,next; cbz x20,next; mov x0,#2; mov x8,#64; svc #0; mov x0,x20; mov
/// x8,#94; svc #0; list:
/// </code>
/// </summary>
public sealed class SystemCallProgramTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Calls_are_made_in_order_and_those_that_may_fail_stop_nothing()
    {
        var program = new SystemCallProgram(RuntimeInformation.OSArchitecture);
        program.Do("write", 1, "never", 1, program.Text("one\n"), 4);
        program.Try("close", 12345);
        program.Do("write", 1, "never", 1, program.Text("two\n"), 4);
        program.Fail(7, "the end\n");
        program.Do("write", 1, "never", 1, program.Text("three\n"), 6);
        Assert.Equal((7, "one\ntwo\n", "the end\n"), Run(program));
    }

    [Fact]
    public void A_call_that_must_not_fail_ends_it_with_its_message()
    {
        var program = new SystemCallProgram(RuntimeInformation.OSArchitecture);
        program.Do("chdir", 125, "no such folder\n", program.Text(_folder["missing"]));
        program.Do("write", 1, "never", 1, program.Text("never\n"), 6);
        Assert.Equal((125, "", "no such folder\n"), Run(program));
    }

    [Fact]
    public void A_command_gets_its_words_and_its_variables_whatever_is_in_them()
    {
        var program = new SystemCallProgram(RuntimeInformation.OSArchitecture);
        var words = program.Texts(["sh", "-c", "printf '<%s>' \"$@\" \"$V\"", "sh", "-n", "", "a'b;c\nd", "$(id)"]);
        var variables = program.Texts(["V=--split-string=x", "--chdir=/=1"]);
        program.Try("execve", program.Text("/nowhere/sh"), words, variables);
        program.Do("execve", 1, "no shell\n", program.Text("/bin/sh"), words, variables);
        Assert.Equal((0, "<-n><><a'b;c\nd><$(id)><--split-string=x>", ""), Run(program));
    }

    [Fact]
    public void Before_a_command_everything_is_given_up_and_the_filter_comes_before_the_user()
    {
        var run = new SandboxRun
        {
            Command = ["tool", "--split-string=x"],
            Environment = [new("PATH", "/one:/two/"), new("--split-string", "y")],
            Secrets = [new("TOKEN", "z")],
            User = new RunUser(5, 6, [7], "/"),
            WorkingDirectory = ContainerPath.Parse("/-w"),
            Mounts = [],
            Network = SandboxNetwork.Host,
        };
        var text = Encoding.UTF8.GetString(CommandLauncher.Write(run, Processor.Arm64));
        foreach (
            var part in new[]
            {
                "/one/tool\0",
                "/two/tool\0",
                "--split-string=x\0",
                "--split-string=y\0",
                "TOKEN=z\0",
                "/-w\0",
            }
        )
            Assert.Contains(part, text, StringComparison.Ordinal);
        // setsid, sethostname, chroot, chdir, keyctl, prctl …, setgroups, setresgid, setresuid, capset, execve, execve,
        // and the end.
        var numbers = Numbers(CommandLauncher.Write(run, Processor.X64)).ToList();
        Assert.Equal([112, 170, 161, 80, 250], numbers[..5]);
        Assert.Equal(1 + 64 - Capabilities.Default.Length + 1, numbers.Count(number => number == 157));
        Assert.Equal([157, 116, 119, 117, 126, 59, 59, -1], numbers[^8..]);
    }

    // The list begins behind headers of 176 bytes and 80 bytes of code, and ends with an unknown call.
    private static IEnumerable<long> Numbers(byte[] program)
    {
        for (var place = 176 + 80; ; place += 72)
        {
            var number = BitConverter.ToInt64(program, place);
            yield return number;
            if (number < 0)
                yield break;
        }
    }

    private (int ExitCode, string Output, string Errors) Run(SystemCallProgram program)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It is a program of Linux.");
        var path = _folder["program"];
        File.WriteAllBytes(path, program.ToArray());
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var process = Process.Start(
            new ProcessStartInfo(path) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
