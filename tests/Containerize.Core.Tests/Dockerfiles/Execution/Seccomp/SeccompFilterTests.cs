using System.Buffers.Binary;
using Containerize.Dockerfiles.Execution.Seccomp;
using Processor = System.Runtime.InteropServices.Architecture;

namespace Containerize.Core.Tests.Dockerfiles.Execution.Seccomp;

/// <summary>What the kernel answers to a system call of a command, computed as the kernel does. Docker's and Podman's
/// default profiles give the same answers.</summary>
public class SeccompFilterTests
{
    private const uint Allowed = 0x7fff_0000;
    private const uint NotPermitted = 0x0005_0001;
    private const uint NotThere = 0x0005_0026;
    private const uint InvalidArgument = 0x0005_0016;
    private const uint NoAddressFamily = 0x0005_0061;

    public static TheoryData<Processor> Machines { get; } = [Processor.X64, Processor.X86, Processor.Arm64];

    [Theory]
    [MemberData(nameof(Machines))]
    public void A_call_without_conditions_is_answered_as_the_table_has_it(Processor machine)
    {
        foreach (
            var call in SystemCall.All.Where(call =>
                call.NumberOn(machine) is not null
                && call.Name is not ("clone" or "clone3" or "mknod" or "mknodat" or "personality" or "socket")
            )
        )
            Assert.True(Answer(machine, call.Name) == (call.IsAllowed ? Allowed : NotPermitted), call.Name);
        Assert.Equal(Allowed, Answer(machine, "execve"));
        Assert.Equal(NotPermitted, Answer(machine, "keyctl"));
        Assert.Equal(NotPermitted, Answer(machine, "mount"));
        Assert.Equal(NotPermitted, Answer(machine, "bpf"));
        Assert.Equal(NotPermitted, Answer(machine, "io_uring_setup"));
        Assert.Equal(NotPermitted, Answer(machine, "process_vm_readv"));
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void A_call_that_is_not_known_is_not_there(Processor machine)
    {
        Assert.Equal(NotThere, Answer(machine, "clone3"));
        Assert.Equal(NotThere, Answer(machine, 470));
        Assert.Equal(NotThere, Answer(machine, 0x4000_0000 | 1));
        Assert.Equal(NotThere, Answer(machine, uint.MaxValue));
        Assert.Equal(NotThere, Run(SeccompProgram.Write(Processor.X64), 0, 0xc000_0016, 0, 0, 0));
    }

    [Theory]
    [InlineData(0x21b6, 0x0101, NotPermitted)]
    [InlineData(0x2000, 1, NotPermitted)]
    [InlineData(0x61b0, 0x0700, NotPermitted)]
    [InlineData(0x6000, 0, NotPermitted)]
    [InlineData(0x2000, 0, Allowed)]
    [InlineData(0x1180, 0, Allowed)]
    [InlineData(0x81a4, 0, Allowed)]
    [InlineData(0x01a4, 7, Allowed)]
    [InlineData(0xc1ed, 0, Allowed)]
    // The kernel takes 16 bits of the mode and 32 of the number.
    [InlineData(0x1_21b6, 0x0101, NotPermitted)]
    [InlineData(0xa000, 1, NotThere)]
    public void No_device_is_made_but_the_one_that_takes_a_file_away(uint mode, uint device, uint answer)
    {
        Assert.Equal(answer, Answer(Processor.X64, "mknod", 0, mode, device));
        Assert.Equal(answer, Answer(Processor.X86, "mknod", 0, mode, device));
        foreach (var machine in Machines)
            Assert.Equal(answer, Answer(machine.Data, "mknodat", 0, 0, mode, device));
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void Arguments_count_where_they_make_the_difference(Processor machine)
    {
        const uint Thread = 0x003d_0f00;
        Assert.Equal(Allowed, Answer(machine, "clone", Thread));
        foreach (
            var flag in new uint[]
            {
                0x0002_0000,
                0x0200_0000,
                0x0400_0000,
                0x0800_0000,
                0x1000_0000,
                0x2000_0000,
                0x4000_0000,
            }
        )
            Assert.Equal(NotPermitted, Answer(machine, "clone", Thread | flag));
        foreach (var personality in new uint[] { 0, 8, 0x2_0000, 0x2_0008, uint.MaxValue })
            Assert.Equal(Allowed, Answer(machine, "personality", personality));
        Assert.Equal(NotThere, Answer(machine, "personality", 0x4_0000));
        foreach (var family in new uint[] { 1, 2, 10, 16 })
            Assert.Equal(Allowed, Answer(machine, "socket", family, 1, 0));
        foreach (var family in new uint[] { 0, 3, 17, 38, 40, 45, uint.MaxValue })
            Assert.Equal(NoAddressFamily, Answer(machine, "socket", family, 1, 0));
        Assert.Equal(InvalidArgument, Answer(machine, "socket", 16, 3, 9));
    }

    [Fact]
    public void A_runtime_gets_the_same_rules()
    {
        var filter = SeccompFilter.ToJson();
        var rules = filter["syscalls"]!.AsArray();
        Assert.Equal("SCMP_ACT_ERRNO", (string?)filter["defaultAction"]);
        Assert.Equal(38, (int)filter["defaultErrnoRet"]!);
        var names = rules
            .SelectMany(rule => rule!["names"]!.AsArray())
            .Select(name => (string)name!)
            .ToHashSet(StringComparer.Ordinal);
        Assert.Equal(
            SystemCall.All.Select(call => call.Name).Order(StringComparer.Ordinal),
            names.Order(StringComparer.Ordinal)
        );
        Assert.All(
            rules.Where(rule => rule!["names"]!.AsArray().Any(name => (string)name! == "mknod")),
            rule => Assert.NotNull(rule!["args"])
        );
    }

    private static uint Answer(Processor machine, string name, params uint[] arguments) =>
        Answer(machine, (uint)SystemCall.All.Single(call => call.Name == name).NumberOn(machine)!.Value, arguments);

    private static uint Answer(Processor machine, uint number, params uint[] arguments) =>
        Run(
            SeccompProgram.Write(machine == Processor.Arm64 ? Processor.Arm64 : Processor.X64),
            number,
            machine switch
            {
                Processor.X64 => 0xc000_003e,
                Processor.X86 => 0x4000_0003,
                _ => 0xc000_00b7,
            },
            arguments
        );

    // linux/filter.h: what the instructions do that the program has.
    private static uint Run(byte[] program, uint number, uint machine, params uint[] arguments)
    {
        var data = new byte[64];
        BinaryPrimitives.WriteUInt32LittleEndian(data, number);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(4), machine);
        for (var i = 0; i < arguments.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(16 + (8 * i)), arguments[i]);
        uint register = 0;
        for (var at = 0; ; at++)
        {
            var instruction = program.AsSpan(at * SeccompProgram.InstructionSize, SeccompProgram.InstructionSize);
            var value = BinaryPrimitives.ReadUInt32LittleEndian(instruction[4..]);
            switch (BinaryPrimitives.ReadUInt16LittleEndian(instruction))
            {
                case 0x20:
                    register = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan((int)value));
                    break;
                case 0x54:
                    register &= value;
                    break;
                case 0x05:
                    at += (int)value;
                    break;
                case 0x15:
                    at += register == value ? instruction[2] : instruction[3];
                    break;
                case 0x25:
                    at += register > value ? instruction[2] : instruction[3];
                    break;
                case 0x35:
                    at += register >= value ? instruction[2] : instruction[3];
                    break;
                case 0x06:
                    return value;
                default:
                    throw new InvalidOperationException();
            }
        }
    }
}
