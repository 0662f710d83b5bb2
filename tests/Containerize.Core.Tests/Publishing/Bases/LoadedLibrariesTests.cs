using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using Containerize.Core.Tests.Stores;
using Containerize.Entries;
using Containerize.Publishing.Bases;

namespace Containerize.Core.Tests.Publishing.Bases;

/// <summary>Which libraries of the operating system a published app loads.</summary>
public sealed class LoadedLibrariesTests : IDisposable
{
    private const string Shim = "libSystem.Security.Cryptography.Native.OpenSsl.so";
    private static readonly string[] Libc = ["libc.so.6"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public void An_ELF_file_names_what_it_is_linked_with(bool is64, bool isBig) =>
        Assert.Equal(
            ["libstdc++.so.6", "libc.so.6"],
            Read(Heads.Linked(["libstdc++.so.6", "libc.so.6"], is64, isBig))!.Value
        );

    [Fact]
    public async Task A_program_of_this_machine_names_what_binutils_read()
    {
        var program = Environment.ProcessPath!;
        var start = new ProcessStartInfo("readelf", ["-d", program])
        {
            RedirectStandardOutput = true,
            Environment = { ["LC_ALL"] = "C" },
        };
        using var readelf = Process.Start(start)!;
        var text = await readelf.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var expected = text.Split('\n')
            .Where(line => line.Contains("(NEEDED)", StringComparison.Ordinal))
            .Select(line => line.Split('[', ']')[1])
            .ToList();
        Assert.NotEmpty(expected);
        await using var stream = File.OpenRead(program);
        Assert.Equal(expected, ElfLibraries.Read(stream)!.Value);
    }

    [Fact]
    public void What_is_no_ELF_file_has_no_answer()
    {
        Assert.Null(Read([]));
        Assert.Null(Read(Heads.Pe(0x8664, isManaged: true)));
        Assert.Empty(Read(Heads.Elf(62, Heads.Glibc))!.Value);
    }

    [Fact]
    public void A_damaged_program_has_some_answer()
    {
        var random = new Random(20_261_130);
        var whole = Heads.Linked(["libstdc++.so.6", "libc.so.6"]);
        for (var i = 0; i < 10_000; i++)
        {
            var bytes = whole[..random.Next(whole.Length + 1)];
            for (var j = random.Next(8); j > 0 && bytes.Length > 0; j--)
                bytes[random.Next(Math.Min(bytes.Length, 1100))] = (byte)random.Next(256);
            Assert.True(Read(bytes) is not { Length: > 5000 }, $"seed {i}");
        }
    }

    [Fact]
    public void The_part_of_the_runtime_that_opens_OpenSSL_counts_where_something_calls_it()
    {
        Write(Shim, [.. Heads.Linked(Libc), .. "libssl.so.3"u8]);
        Write("App", Heads.Linked(["libstdc++.so.6"]));
        Write("readme.txt", "libssl.so"u8.ToArray());
        Assert.Equal(["libc.so.6", "libstdc++.so.6"], Libraries());
        Write("System.Net.Security.dll", []);
        Assert.Equal(["libc.so.6", "libssl.so", "libstdc++.so.6"], Libraries());
    }

    [Theory]
    [InlineData("libssl.so.3", 0)]
    [InlineData("libssl.so.3", (1 << 18) - 4)]
    [InlineData("libssl.so.3", (3 << 18) - 9)]
    [InlineData("libcrypto", 100_000)]
    [InlineData("l\0i\0b\0s\0s\0l\0", (1 << 18) - 5)]
    public void A_program_that_opens_OpenSSL_by_name_is_seen(string text, int at)
    {
        var head = Heads.Linked(Libc);
        var bytes = new byte[Math.Max(at, head.Length) + 64];
        head.CopyTo(bytes, 0);
        Encoding.ASCII.GetBytes(text).CopyTo(bytes, Math.Max(at, head.Length));
        Write("App", bytes);
        Assert.Equal(["libc.so.6", LoadedLibraries.OpenSsl], Libraries());
    }

    [Fact]
    public void An_app_that_may_load_more_is_asked_for_what_it_is_linked_with_alone()
    {
        Write("native.so", [.. Heads.Linked(["libmvec.so.1"]), .. "libssl.so"u8]);
        var loaded = LoadedLibraries.Of([Path.Combine(_folder.Root, "native.so"), "/no/such/file"], isWhole: false);
        Assert.Equal(["libmvec.so.1"], loaded.Names);
        Assert.False(loaded.AreAll);
    }

    [Fact]
    public void A_program_that_UPX_packed_hides_what_it_loads()
    {
        Write("App", [.. Heads.Linked(Libc), .. "UPX!"u8]);
        Assert.False(LoadedLibraries.Of([Path.Combine(_folder.Root, "App")], isWhole: true).AreAll);
    }

    private ImmutableSortedSet<string> Libraries()
    {
        var loaded = LoadedLibraries.Of([.. Directory.GetFiles(_folder.Root)], isWhole: true);
        Assert.True(loaded.AreAll);
        return loaded.Names;
    }

    private void Write(string name, byte[] bytes) => File.WriteAllBytes(Path.Combine(_folder.Root, name), bytes);

    private static ImmutableArray<string>? Read(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return ElfLibraries.Read(stream);
    }
}
