using Containerize.Entries;
using Containerize.Publishing.Bases;

namespace Containerize.Core.Tests.Publishing.Bases;

public sealed class ProgramFileTests
{
    [Theory]
    [InlineData(62, true, false, "amd64")]
    [InlineData(183, true, false, "arm64")]
    [InlineData(3, false, false, "386")]
    [InlineData(40, false, false, "arm")]
    [InlineData(22, true, true, "s390x")]
    [InlineData(21, true, false, "ppc64le")]
    [InlineData(21, true, true, null)]
    [InlineData(243, true, false, "riscv64")]
    [InlineData(258, true, false, "loong64")]
    [InlineData(8, true, false, null)]
    public void An_ELF_file_names_its_processor_and_its_loader(
        int machine,
        bool is64,
        bool isBig,
        string? architecture
    ) =>
        Assert.Equal(
            new ProgramFile("linux", architecture, Heads.Glibc),
            Read(Heads.Elf(machine, Heads.Glibc, is64, isBig))
        );

    [Theory]
    [InlineData(Heads.Glibc, CLibrary.Glibc)]
    [InlineData("/lib/ld-linux-aarch64.so.1", CLibrary.Glibc)]
    [InlineData("/lib/ld64.so.1", CLibrary.Glibc)]
    [InlineData("/lib64/ld64.so.2", CLibrary.Glibc)]
    [InlineData(Heads.Musl, CLibrary.Musl)]
    [InlineData("/system/bin/linker64", null)]
    [InlineData(null, null)]
    public void The_loader_tells_the_C_library(string? loader, CLibrary? library) =>
        Assert.Equal(library, CLibraries.Of(Read(Heads.Elf(62, loader))!));

    [Theory]
    [InlineData(0x8664, true, "amd64")]
    [InlineData(0xAA64, true, "arm64")]
    [InlineData(0x14C, false, "386")]
    public void A_PE_file_is_a_program_unless_it_is_an_assembly(int machine, bool isPlus, string architecture)
    {
        Assert.Equal(new ProgramFile("windows", architecture, null), Read(Heads.Pe(machine, isManaged: false, isPlus)));
        Assert.Null(Read(Heads.Pe(machine, isManaged: true, isPlus)));
    }

    [Fact]
    public void A_Mach_O_file_is_a_program_of_macOS() =>
        Assert.Equal(
            new ProgramFile("macOS", "arm64", null),
            Read([0xCF, 0xFA, 0xED, 0xFE, 0x0C, 0, 0, 1, .. new byte[64]])
        );

    [Theory]
    [InlineData("")]
    [InlineData("#!/bin/sh\nexec dotnet App.dll \"$@\" # and enough letters to be as long as a header\n")]
    [InlineData("MZ is how some texts begin, and this one is long enough to be taken for a program")]
    public void Anything_else_is_none(string text) => Assert.Null(Read(System.Text.Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void A_head_that_is_cut_or_changed_anywhere_is_read_without_a_fault()
    {
        var random = new Random(20);
        foreach (
            var whole in new[]
            {
                Heads.Elf(62, Heads.Glibc),
                Heads.Elf(22, Heads.Musl, isBig: true),
                Heads.Pe(0x8664, isManaged: false),
            }
        )
        {
            for (var length = 0; length < whole.Length; length++)
                Read(whole[..length]);
            for (var i = 0; i < 4000; i++)
            {
                var changed = whole.ToArray();
                for (var j = 0; j < 8; j++)
                    changed[random.Next(4, 128)] = (byte)random.Next(256);
                Read(changed);
            }
        }
    }

    private static ProgramFile? Read(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return ProgramFile.Read(stream);
    }
}
