using System.Formats.Tar;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Publishing;

namespace Containerize.Core.Tests.Publishing;

public sealed class UserCheckTests
{
    private const string Users = "root:x:0:0:root:/root:/bin/sh\napp:x:1654:1654::/home/app:/bin/sh\n";

    [Theory]
    [InlineData("app", null)]
    [InlineData("1654", null)]
    [InlineData("12:34", null)]
    [InlineData("root", null)]
    [InlineData("root:0", null)]
    [InlineData("app:staff", null)]
    [InlineData("nobody", "nobody")]
    [InlineData("app:wheel", "wheel")]
    [InlineData("1654:wheel", "wheel")]
    public async Task A_name_is_looked_up_in_the_base(string user, string? unknown) =>
        Assert.Equal(unknown, await FindAsync(user, Base(("etc/passwd", Users), ("etc/group", "staff:x:50:\n"))));

    [Theory]
    [InlineData(":0", "before ':'")]
    [InlineData(":", "before ':'")]
    [InlineData("1654:", "after ':'")]
    [InlineData("1:2:3", "more than one")]
    [InlineData(" 1654", "blanks")]
    [InlineData("app user:staff", "blanks")]
    public void What_an_engine_takes_for_another_user_is_an_error(string user, string why)
    {
        var exception = Assert.Throws<ContainerizeException>(() => UserCheck.Parse(user, isWindows: false));
        Assert.Equal(DiagnosticTable.InvalidUser, exception.Diagnostic);
        Assert.Contains(why, exception.Message, StringComparison.Ordinal);
        Assert.Contains($"ContainerUser is '{user}'", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", false, null)]
    [InlineData("0", false, "0")]
    [InlineData("app:staff", false, "app:staff")]
    [InlineData("NT AUTHORITY\\SYSTEM", true, "NT AUTHORITY\\SYSTEM")]
    public void A_user_stays_as_it_is_written(string user, bool isWindows, string? read) =>
        Assert.Equal(read, UserCheck.Parse(user, isWindows));

    [Fact]
    public async Task A_base_without_users_knows_none_but_root()
    {
        var scratch = Image.Scratch(new Platform("linux", "amd64"));
        Assert.Equal("app", await FindAsync("app", scratch));
        Assert.Null(await FindAsync("root", scratch));
    }

    [Fact]
    public async Task The_base_vouches_for_its_own_user()
    {
        var image = Base(("etc/passwd", ""));
        Assert.Null(await FindAsync("app", image.With(image.Config.WithUser("app"))));
    }

    [Fact]
    public async Task The_project_s_own_files_count()
    {
        var layer = Layer(("etc/passwd", Users));
        Assert.True(
            UserCheck.HasAccounts(
                new PlannedLayer("app", [new LayerEntry(ContainerPath.Parse("/etc/passwd"), EntryKind.File, 420)])
            )
        );
        Assert.False(
            UserCheck.HasAccounts(
                new PlannedLayer("app", [new LayerEntry(ContainerPath.Parse("/app/passwd"), EntryKind.File, 420)])
            )
        );
        Assert.Null(
            await UserCheck.FindUnknownAsync(
                "app",
                Image.Scratch(new Platform("linux", "amd64")),
                [layer],
                TestContext.Current.CancellationToken
            )
        );
    }

    [Fact]
    public async Task Layers_in_a_registry_are_not_fetched_for_it()
    {
        var blob = new Blob(
            new Descriptor(MediaTypes.OciLayer, Digest.Of("x"u8), 1),
            _ => throw new InvalidOperationException("It was opened.")
        )
        {
            Origin = ImageReference.Parse("registry.example/base:1"),
        };
        var image = Image
            .Scratch(new Platform("linux", "amd64"))
            .With(new Layer(blob, Digest.Of("x"u8), Containerize.Images.Layer.BaseName), DateTimeOffset.UnixEpoch, "x");
        Assert.Null(await FindAsync("nobody", image));
    }

    private static Task<string?> FindAsync(string user, Image image) =>
        UserCheck.FindUnknownAsync(user, image, [], TestContext.Current.CancellationToken);

    private static Image Base(params (string Path, string Text)[] files) =>
        Image.Scratch(new Platform("linux", "amd64")).With(Layer(files), DateTimeOffset.UnixEpoch, "base");

    private static Layer Layer(params (string Path, string Text)[] files)
    {
        using var bytes = new MemoryStream();
        using (var tar = new System.Formats.Tar.TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (path, text) in files)
                tar.WriteEntry(
                    new UstarTarEntry(TarEntryType.RegularFile, path)
                    {
                        DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
                    }
                );
        }

        return new Layer(
            Blob.FromBytes(MediaTypes.OciLayer, bytes.ToArray()),
            Digest.Of(bytes.ToArray()),
            Containerize.Images.Layer.BaseName
        );
    }
}
