using System.Text;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Entries;
using Containerize.IO;

namespace Containerize.Core.Tests.Dockerfiles;

/// <summary>Names of files are bytes: those that are not UTF-8 are stored as they are.</summary>
public class NameBytesTests
{
    // "café" of Latin-1 in a name, in a folder's and in a link's target.
    private const string Files = """
        mkdir "$(printf 'd\351')"
        printf 1 > "$(printf 'd\351/caf\351')"
        ln "$(printf 'd\351/caf\351')" "$(printf 'd\351/caf\352')"
        ln -s "$(printf 'caf\351')" "$(printf 'd\351/link')"
        printf 2 > ok
        """;

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("é 😀 \U0001F469")]
    public void Text_stays_text(string text)
    {
        Assert.Equal(text, NameBytes.Decode(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(Encoding.UTF8.GetBytes(text), NameBytes.Encode(text));
        Assert.Equal(text, NameBytes.Show(text));
        Assert.False(NameBytes.HasBytes(text));
    }

    // The last ones are a surrogate, a char that is too long, one that is cut off, and all bytes there are.
    [Theory]
    [InlineData("636166E9", @"caf\xE9")]
    [InlineData("FF", @"\xFF")]
    [InlineData("C3A9E9C3A9", @"é\xE9é")]
    [InlineData("F09F9880E9", @"😀\xE9")]
    [InlineData("EDB280", @"\xED\xB2\x80")]
    [InlineData("C080", @"\xC0\x80")]
    [InlineData("F09F98", @"\xF0\x9F\x98")]
    public void Bytes_come_back_and_can_be_shown(string hex, string shown)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.Equal(bytes, NameBytes.Encode(NameBytes.Decode(bytes)));
        Assert.Equal(shown, NameBytes.Show(NameBytes.Decode(bytes)));
        Assert.True(NameBytes.HasBytes(NameBytes.Decode(bytes)));
    }

    [Fact]
    public void Any_bytes_come_back()
    {
        var random = new Random(1);
        for (var length = 0; length < 500; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            Assert.Equal(bytes, NameBytes.Encode(NameBytes.Decode(bytes)));
        }
    }

    [Fact]
    public void Paths_are_ordered_by_their_bytes()
    {
        var paths = new[]
        {
            "/\u00E9",
            "/" + NameBytes.Decode([0xE9]),
            "/" + NameBytes.Decode([0x80]),
            "/z",
            "/\uFFFD",
        }.Select(ContainerPath.Parse);
        Assert.Equal(
            ["/z", @"/\x80", "/é", @"/\xE9", "/\uFFFD"],
            paths.Order().Select(path => NameBytes.Show(path.Text))
        );
    }

    [Fact]
    public async Task A_file_of_such_a_name_does_not_matter_to_others()
    {
        using var build = new TestBuild().WithShell(Files);
        Assert.Equal(["f 644 0:0 /ok 2"], await build.ListAsync("FROM scratch\nCOPY ok /ok\n"));
    }

    [Fact]
    public async Task Names_of_the_context_are_copied_from_stage_to_stage()
    {
        using var build = new TestBuild().WithShell(Files);
        string[] expected =
        [
            "d 755 0:0 /x",
            @"d 755 0:0 /x/d\xE9",
            @"f 644 0:0 /x/d\xE9/caf\xE9 1",
            @"f 644 0:0 /x/d\xE9/caf\xEA 1",
            @"l 777 0:0 /x/d\xE9/link -> caf\xE9",
            "f 644 0:0 /x/ok 2",
        ];
        Assert.Equal(expected, await ShowAsync(build, "FROM scratch\nCOPY . /x\n"));
        Assert.Equal(
            expected,
            await ShowAsync(build, "FROM scratch AS a\nCOPY . /a/\nFROM scratch\nCOPY --from=a /a /x\n")
        );
        Assert.Equal(
            ["d 755 0:0 /y", @"f 644 0:0 /y/caf\xE9 1", @"f 644 0:0 /y/caf\xEA 1"],
            await ShowAsync(build, "FROM scratch AS a\nCOPY . /a/\nFROM scratch\nCOPY --from=a /a/d?/caf? /y/\n")
        );
    }

    // The cache keeps listings and hashes; both must know the names by their bytes.
    [Fact]
    public async Task Two_names_that_differ_in_such_a_byte_are_two_files()
    {
        using var build = new TestBuild().WithShell("printf 1 > \"$(printf 'a\\351')\"");
        var options = build.Options("FROM scratch AS a\nCOPY a* /a/\nFROM scratch\nCOPY --from=a /a /x\n") with
        {
            Cache = build.Cache,
        };
        var first = (await options.RunAsync(TestContext.Current.CancellationToken)).Images[0].Image;
        var again = (
            await (options with { WorkFolder = options.WorkFolder + "2" }).RunAsync(
                TestContext.Current.CancellationToken
            )
        ).Images[0];
        build.WithShell("mv \"$(printf 'a\\351')\" \"$(printf 'a\\352')\"");
        var other = (
            await (options with { WorkFolder = options.WorkFolder + "3" }).RunAsync(
                TestContext.Current.CancellationToken
            )
        )
            .Images[0]
            .Image;
        Assert.Equal(first.Digest, again.Image.Digest);
        Assert.NotEqual(first.Digest, other.Digest);
        Assert.Equal(["d 755 0:0 /x", @"f 644 0:0 /x/a\xEA 1"], Show(await TestBuild.ListAsync(other)));
        // The stage is cached, and what is in it is known from its listing.
        var further = build.Options("FROM scratch AS a\nCOPY a* /a/\nFROM scratch\nCOPY --from=a /a /y\n") with
        {
            Cache = build.Cache,
        };
        var last = (await further.RunAsync(TestContext.Current.CancellationToken)).Images[0].Image;
        Assert.Equal(["d 755 0:0 /y", @"f 644 0:0 /y/a\xEA 1"], Show(await TestBuild.ListAsync(last)));
    }

    [Fact]
    public async Task Names_of_an_archive_stay_what_they_are()
    {
        using var build = new TestBuild().WithShell(
            "mkdir t; (cd t; "
                + Files.Replace('\n', ';')
                + "); tar -C t -cf gnu.tar .; tar -C t --format=pax -cf pax.tar .; rm -r t"
        );
        string[] expected =
        [
            @"/x/d\xE9",
            @"/x/d\xE9/caf\xE9 1",
            @"/x/d\xE9/caf\xEA 1",
            @"/x/d\xE9/link -> caf\xE9",
            "/x/ok 2",
        ];
        foreach (var archive in new[] { "gnu", "pax" })
            Assert.Equal(
                expected,
                (await ShowAsync(build, $"FROM scratch\nADD {archive}.tar /x\n"))
                    .Skip(1)
                    .Select(line => line.Split(' ', 4)[3])
            );
    }

    [Fact]
    public async Task Names_can_be_left_out()
    {
        using var build = new TestBuild().With(".dockerignore", "d?/c*\nok\n.dockerignore\n").WithShell(Files);
        Assert.Equal(
            ["d 755 0:0 /x", @"d 755 0:0 /x/d\xE9", @"l 777 0:0 /x/d\xE9/link -> caf\xE9"],
            await ShowAsync(build, "FROM scratch\nCOPY . /x\n")
        );
    }

    // A .dockerignore makes a copy of the context of what it leaves, which a command is shown.
    [Fact]
    public async Task A_command_is_shown_them()
    {
        using var build = new TestBuild().With(".dockerignore", "hidden\n").With("hidden", "h").WithShell(Files);
        var runner = new TestRunner();
        var options = build.Options("FROM scratch\nRUN --mount=type=bind,target=/m x\n") with { Runner = runner };
        await options.RunAsync(TestContext.Current.CancellationToken);
        var folder = Assert.IsType<BindMount>(Assert.Single(runner.Requests[0].Mounts)).HostFolder!;
        Assert.Equal(
            [".dockerignore", @"d\xE9", "ok"],
            LinuxFile.NamesIn(folder).Select(NameBytes.Show).Order(StringComparer.Ordinal)
        );
        var below = Path.Join(folder, NameBytes.Decode([0x64, 0xE9]));
        Assert.Equal(
            [@"caf\xE9", @"caf\xEA", "link"],
            LinuxFile.NamesIn(below).Select(NameBytes.Show).Order(StringComparer.Ordinal)
        );
        RegularFile.RemoveFolder(folder);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void A_message_shows_the_bytes()
    {
        var exception = new ContainerizeException(
            DiagnosticTable.InvalidPath,
            $"'{NameBytes.Decode([0x61, 0xE9])}' is wrong"
        );
        Assert.Contains(@"'a\xE9' is wrong", exception.Message, StringComparison.Ordinal);
    }

    private static async Task<string[]> ShowAsync(TestBuild build, string dockerfile) =>
        Show(await build.ListAsync(dockerfile));

    private static string[] Show(string[] lines) => [.. lines.Select(NameBytes.Show)];
}
