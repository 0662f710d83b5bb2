using Containerize.Dockerfiles.Execution.Sandboxing;

namespace Containerize.Core.Tests.Dockerfiles.Execution;

public sealed class BinaryFormatTests : IDisposable
{
    private const string Arm64 = "7f454c460201010000000000000000000200b700";
    private readonly string _folder = Directory.CreateTempSubdirectory("ctz-formats-").FullName;

    public BinaryFormatTests() => Write("status", "enabled");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_entry_tells_which_files_its_emulator_is_started_for()
    {
        Write(
            "qemu-aarch64",
            "enabled",
            "interpreter /usr/bin/qemu-aarch64-static",
            "flags: OCF",
            "offset 0",
            "magic " + Arm64,
            "mask ffffffffffffff00fffffffffffffffffeffffff"
        );
        var format = Assert.Single(BinaryFormat.List(_folder));
        Assert.Equal(
            ("qemu-aarch64", "/usr/bin/qemu-aarch64-static", true),
            (format.Name, format.Interpreter, format.IsFixed)
        );
        var head = Convert.FromHexString(Arm64);
        Assert.True(format.Matches(head));
        // The mask passes over the operating system of the header, and over the last bit of the type.
        (head[7], head[16]) = (3, 3);
        Assert.True(format.Matches(head));
        Assert.False(format.Matches(head.AsSpan(0, head.Length - 1)));
        head[18] = 62;
        Assert.False(format.Matches(head));
    }

    [Fact]
    public void Without_a_mask_every_bit_counts_and_an_offset_moves_the_place()
    {
        Write("odd", "enabled", "interpreter /x", "flags: ", "offset 2", "magic 4142");
        var format = Assert.Single(BinaryFormat.List(_folder));
        Assert.False(format.IsFixed);
        Assert.True(format.Matches("..AB"u8));
        Assert.False(format.Matches("..Ab"u8));
        Assert.False(format.Matches("AB.."u8));
    }

    [Theory]
    [InlineData("disabled\ninterpreter /x\nflags: F\noffset 0\nmagic 41")]
    [InlineData("enabled\ninterpreter /x\nflags: F\nextension .exe")]
    [InlineData("")]
    public void An_entry_that_no_head_of_a_file_starts_is_left_out(string text)
    {
        Write("other", text);
        Assert.Empty(BinaryFormat.List(_folder));
    }

    [Fact]
    public void A_list_that_is_switched_off_or_not_mounted_is_empty()
    {
        Write("one", "enabled", "interpreter /x", "flags: F", "offset 0", "magic 41");
        Assert.Single(BinaryFormat.List(_folder));
        Write("status", "disabled");
        Assert.Empty(BinaryFormat.List(_folder));
        Assert.Empty(BinaryFormat.List(Path.Combine(_folder, "missing")));
    }

    private void Write(string name, params string[] lines) => File.WriteAllLines(Path.Combine(_folder, name), lines);
}
