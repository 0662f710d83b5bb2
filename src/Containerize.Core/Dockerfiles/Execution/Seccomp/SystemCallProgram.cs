using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Containerize.Dockerfiles.Execution.Seccomp;

/// <summary>
/// An executable of Linux that makes a list of system calls, one after the other, and does nothing else: it reads no
/// argument, no variable and no file. What a command is given is data in it, so there is no program that could take a
/// part of it for an option or for code.
/// </summary>
/// <param name="architecture">The kernel's: x86-64 or arm64.</param>
internal sealed class SystemCallProgram(Architecture architecture)
{
    /// <summary>How many bytes one call has in the list: its number, five arguments, exit code, and the message's
    /// address and length.</summary>
    private const int CallSize = 9 * sizeof(long);

    private const int HeaderSize = 64 + (2 * 56);
    private const long Base = 0x40_0000;

    // Walks the list that begins behind it: makes a call; where that fails and the list has an exit code, writes the
    // message to standard error and ends. SystemCallProgramTests holds the source of both.
    private static readonly byte[] X64 = Convert.FromHexString(
        "488D1D49000000488B03488B7B08488B7310488B53184C8B53204C8B43280F054C8B6330488B7338488B53404883C348"
            + "4885C079D24D85E474CDBF02000000B8010000000F054C89E7B8E70000000F05"
    );

    private static readonly byte[] Arm64 = Convert.FromHexString(
        "13020010680240A9610A41A9631242A9010000D4741A40F9618A43A97322019120FFFFB614FFFFB4400080D2080880D2"
            + "010000D4E00314AAC80B80D2010000D4"
    );

    private readonly List<Call> _calls = [];
    private readonly List<byte> _data = [];
    private readonly List<int> _addresses = [];

    /// <summary>A value in a register: a number, or the address of data.</summary>
    /// <param name="Value">The number, or the place in the data.</param>
    /// <param name="IsAddress">Whether it is an address.</param>
    public readonly record struct Argument(long Value, bool IsAddress)
    {
        public static implicit operator Argument(long number) => new(number, false);
    }

    private sealed record Call(long Number, Argument[] Arguments, int ExitCode, Argument Message, int MessageLength);

    private byte[] Code => architecture == Architecture.Arm64 ? Arm64 : X64;

    /// <summary>Adds a call after which nothing goes on if it fails.</summary>
    /// <param name="name">The call.</param>
    /// <param name="exitCode">What the program then ends with.</param>
    /// <param name="message">What it then writes to its errors.</param>
    /// <param name="arguments">At most five.</param>
    public void Do(string name, int exitCode, string message, params Argument[] arguments) =>
        Add(NumberOf(name), exitCode, message, arguments);

    /// <summary>Adds a call that may fail.</summary>
    public void Try(string name, params Argument[] arguments) => Add(NumberOf(name), 0, "", arguments);

    /// <summary>Adds an end with a message.</summary>
    public void Fail(int exitCode, string message) => Add(-1, exitCode, message, []);

    /// <summary>Keeps bytes for the program, at an address that is a multiple of 8.</summary>
    public Argument Data(ReadOnlySpan<byte> bytes)
    {
        _data.AddRange(new byte[(8 - (_data.Count % 8)) % 8]);
        var place = _data.Count;
        _data.AddRange(bytes);
        return new Argument(place, true);
    }

    /// <summary>Keeps a text of C.</summary>
    /// <param name="text">A text without NUL.</param>
    public Argument Text(string text) => Data(Encoding.UTF8.GetBytes(text + '\0'));

    /// <summary>Keeps the addresses of texts, and a NULL after them: the words or variables of a command.</summary>
    public Argument Texts(IEnumerable<string> texts) => Addresses([.. texts.Select(Text), 0]);

    /// <summary>Keeps numbers and addresses of 8 bytes each.</summary>
    public Argument Addresses(params ReadOnlySpan<Argument> values)
    {
        var place = Data([]);
        foreach (var value in values)
        {
            if (value.IsAddress)
                _addresses.Add(_data.Count);
            _data.AddRange(Bytes(value.Value));
        }

        return place;
    }

    /// <summary>The whole executable, in the form of elf(5) with one segment that can be read and executed, and not
    /// written.</summary>
    public byte[] ToArray()
    {
        var start = Base + HeaderSize + Code.Length + (CallSize * _calls.Count);
        var data = _data.ToArray();
        foreach (var place in _addresses)
            BinaryPrimitives.WriteInt64LittleEndian(
                data.AsSpan(place),
                start + BinaryPrimitives.ReadInt64LittleEndian(data.AsSpan(place))
            );
        using var program = new MemoryStream();
        program.Write(new byte[HeaderSize]);
        program.Write(Code);
        foreach (var call in _calls)
        {
            program.Write(Bytes(call.Number));
            for (var i = 0; i < 5; i++)
                program.Write(Bytes(i < call.Arguments.Length ? Resolve(call.Arguments[i]) : 0));
            program.Write(Bytes(call.ExitCode));
            program.Write(Bytes(Resolve(call.Message)));
            program.Write(Bytes(call.MessageLength));
        }

        program.Write(data);
        var bytes = program.ToArray();
        WriteHeader(bytes);
        return bytes;

        long Resolve(Argument argument) => argument.IsAddress ? start + argument.Value : argument.Value;
    }

    private void WriteHeader(Span<byte> bytes)
    {
        // ELF, 64 bits, little endian, version 1; an executable.
        ReadOnlySpan<byte> ident = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        ident.CopyTo(bytes);
        Half(bytes, 16, 2);
        Half(bytes, 18, architecture == Architecture.Arm64 ? (ushort)183 : (ushort)62);
        Word(bytes, 20, 1);
        Long(bytes, 24, Base + HeaderSize);
        Long(bytes, 32, 64);
        Half(bytes, 52, 64);
        Half(bytes, 54, 56);
        Half(bytes, 56, 2);
        // PT_LOAD, read and execute.
        Word(bytes, 64, 1);
        Word(bytes, 68, 5);
        Long(bytes, 80, Base);
        Long(bytes, 88, Base);
        Long(bytes, 96, bytes.Length);
        Long(bytes, 104, bytes.Length);
        Long(bytes, 112, 0x1_0000);
        // PT_GNU_STACK, read and write.
        Word(bytes, 120, 0x6474_e551);
        Word(bytes, 124, 6);
    }

    private static void Half(Span<byte> bytes, int place, ushort value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[place..], value);

    private static void Word(Span<byte> bytes, int place, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[place..], value);

    private static void Long(Span<byte> bytes, int place, long value) =>
        BinaryPrimitives.WriteInt64LittleEndian(bytes[place..], value);

    private static byte[] Bytes(long value)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }

    private void Add(long number, int exitCode, string message, Argument[] arguments)
    {
        var text = Encoding.UTF8.GetBytes(message);
        _calls.Add(new Call(number, arguments, exitCode, text.Length == 0 ? 0 : Data(text), text.Length));
    }

    private long NumberOf(string name) =>
        SystemCall.All.Single(call => call.Name == name).NumberOn(architecture)
        ?? throw new InvalidOperationException($"{name} is no system call of {architecture}.");
}
