using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Containerize.Dockerfiles.Execution.Seccomp;

/// <summary>
/// The rules of <see cref="SeccompFilter"/> as the program that the kernel runs before each system call (seccomp(2),
/// BPF of
/// <c>linux/filter.h</c>): for commands that no OCI runtime starts.
/// </summary>
internal static class SeccompProgram
{
    /// <summary>The bytes of one instruction: a code of 16 bits, two jumps of 8, a value of 32.</summary>
    public const int InstructionSize = 8;

    // BPF_LD|BPF_W|BPF_ABS, BPF_ALU|BPF_AND|BPF_K, BPF_JMP|BPF_…, BPF_RET|BPF_K.
    private const ushort Load = 0x20;
    private const ushort And = 0x54;
    private const ushort Jump = 0x05;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfAbove = 0x25;
    private const ushort JumpIfNotBelow = 0x35;
    private const ushort Return = 0x06;

    // struct seccomp_data: the number, the machine (AUDIT_ARCH_…), 8 bytes of address, then arguments of 8 bytes, the
    // low half first.
    private const uint NumberAt = 0;
    private const uint MachineAt = 4;
    private const uint ArgumentsAt = 16;

    private const uint Allow = 0x7fff_0000;
    private const uint Refuse = 0x0005_0000;

    private readonly record struct Instruction(ushort Code, uint Value, byte IfTrue = 0, byte IfFalse = 0);

    /// <summary>The machines whose programs a kernel runs, with its name for them; none where no filter can be
    /// made.</summary>
    private static ImmutableArray<(Architecture Machine, uint Name)> MachinesOf(Architecture architecture) =>
        architecture switch
        {
            Architecture.X64 => [(Architecture.X64, 0xc000_003e), (Architecture.X86, 0x4000_0003)],
            Architecture.Arm64 => [(Architecture.Arm64, 0xc000_00b7)],
            _ => [],
        };

    /// <summary>Whether a filter can be made for a kernel.</summary>
    public static bool IsKnown(Architecture architecture) => !MachinesOf(architecture).IsEmpty;

    /// <summary>The program for a kernel. Programs of machines that are not known here can make no call.</summary>
    /// <param name="architecture">That of the kernel.</param>
    public static byte[] Write(Architecture architecture)
    {
        List<Instruction> program = [new(Load, MachineAt)];
        foreach (var (machine, name) in MachinesOf(architecture))
            program.AddRange(When(name, CallsOf(machine)));
        program.Add(new(Return, Refuse | SeccompFilter.NotThere));
        var bytes = new byte[program.Count * InstructionSize];
        for (var i = 0; i < program.Count; i++)
            Write(program[i], bytes.AsSpan(i * InstructionSize, InstructionSize));
        return bytes;
    }

    private static List<Instruction> CallsOf(Architecture machine)
    {
        var rules = SeccompFilter
            .Rules.Where(rule => rule.Call.NumberOn(machine) is not null)
            .GroupBy(rule => (uint)rule.Call.NumberOn(machine)!.Value)
            .ToDictionary(group => group.Key, group => group.ToList());
        List<Instruction> program = [new(Load, NumberAt)];
        foreach (
            var (number, conditional) in rules
                .Where(pair => !pair.Value[0].Conditions.IsEmpty)
                .OrderBy(pair => pair.Key)
        )
            program.AddRange(
                When(number, [.. conditional.SelectMany(Instructions), new(Return, Refuse | SeccompFilter.NotThere)])
            );
        // What follows has the same answer for many numbers in a row.
        var last = rules.Keys.Max() + 1;
        for (uint number = 0, next; number < last; number = next)
        {
            for (next = number + 1; next <= last && Answer(next) == Answer(number); )
                next++;
            program.AddRange([new(JumpIfNotBelow, next, IfTrue: 1), new(Return, Answer(number))]);
        }

        program.Add(new(Return, Refuse | SeccompFilter.NotThere));
        return program;

        uint Answer(uint number) =>
            rules.TryGetValue(number, out var own) && own[0].Conditions.IsEmpty
                ? Of(own[0])
                : Refuse | SeccompFilter.NotThere;
    }

    // A jump on a condition reaches 255 instructions, one without any.
    private static IEnumerable<Instruction> When(uint value, List<Instruction> then) =>
        [new(JumpIfEqual, value, IfTrue: 1), new(Jump, (uint)then.Count), .. then];

    private static IEnumerable<Instruction> Instructions(SystemCallRule rule)
    {
        List<Instruction> program = [new(Return, Of(rule))];
        foreach (var condition in rule.Conditions.Reverse())
        {
            var over = (byte)program.Count;
            program.InsertRange(
                0,
                [
                    // The kernel takes the low half of these arguments only.
                    new(Load, ArgumentsAt + (8 * (uint)condition.Argument)),
                    .. condition.Comparison == ArgumentComparison.Masked
                        ? [new(And, condition.Mask)]
                        : Array.Empty<Instruction>(),
                    condition.Comparison switch
                    {
                        ArgumentComparison.NotEqual => new(JumpIfEqual, condition.Value, IfTrue: over),
                        ArgumentComparison.Greater => new(JumpIfAbove, condition.Value, IfFalse: over),
                        _ => new(JumpIfEqual, condition.Value, IfFalse: over),
                    },
                ]
            );
        }

        return program;
    }

    private static uint Of(SystemCallRule rule) => rule.Error == 0 ? Allow : Refuse | (uint)rule.Error;

    private static void Write(Instruction instruction, Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, instruction.Code);
        bytes[2] = instruction.IfTrue;
        bytes[3] = instruction.IfFalse;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], instruction.Value);
    }
}
