using Containerize.Dockerfiles.Copying;
using Containerize.Dockerfiles.Syntax;
using Containerize.Dockerfiles.Syntax.Shell;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Publishing.Files;
using Containerize.Publishing.Outputs;
using Containerize.Publishing.Settings;
using Containerize.Stores;
using Containerize.Stores.Addresses;
using Containerize.Stores.Engines;

namespace Containerize.Core.Tests.Fuzzing;

/// <summary>Dockerfiles, ignore files and the values that projects and command lines give, changed.</summary>
public sealed class SettingFuzzTests
{
    [Fact]
    public void Dockerfiles() =>
        Fuzz.Texts(
            401,
            8_000,
            [
                "# syntax=docker/dockerfile:1\n# escape=\\\nARG A=1\nFROM --platform=$BUILDPLATFORM "
                    + "base:${A:-2} AS b\nRUN --mount=type=cache,target=/x <<EOF\na\nEOF\nCOPY --from=b --chown=1:2 "
                    + "a \"b c\" /d/\n",
                "FROM scratch\nENV A=b C=\"d e\" F='g'\nLABEL a=b\nHEALTHCHECK --interval=5s CMD [\"x\"]\n"
                    + "ONBUILD ADD https://a/b /c\nSHELL [\"/bin/sh\", \"-c\"]\nEXPOSE 80/tcp\nUSER a:b\nSTOPSIGNAL "
                    + "9\nVOLUME [\"/v\"]\nCMD a \\\n  b\n",
            ],
            text => Assert.NotEmpty(Dockerfile.Parse("Dockerfile", text).Stages)
        );

    [Fact]
    public void Ignore_files() =>
        Fuzz.Texts(
            402,
            4_000,
            ["# x\n*.o\n!a/**/b.o\n/c/\n[a-z]?\\*\n", "**/obj\n../x\n!./y"],
            text =>
            {
                var ignore = DockerIgnore.Parse(text, _ => { });
                _ = (ignore.Excludes("a/b/c.o"), ignore.ExcludesAllOf("a"), PathPattern.Parse(text)?.Matches("a/b"));
            }
        );

    [Fact]
    public void Words_of_shells() =>
        Fuzz.Texts(
            403,
            4_000,
            ["a ${B:-c} \"d $E\" 'f' \\g ${H#*x} ${I/j/k} ${L:?m}"],
            text =>
            {
                try
                {
                    _ = new ShellLexer('\\', ShellVariables.None.With("B", "1").With("H", "axb").With("L", "x")).Words(
                        text
                    );
                }
                catch (ShellSyntaxException exception)
                {
                    throw new Containerize.Diagnostics.ContainerizeException(
                        Containerize.Diagnostics.DiagnosticTable.InvalidExpansion,
                        exception.Message,
                        exception
                    );
                }
            }
        );

    [Fact]
    public void Accounts_of_images() =>
        Fuzz.Texts(
            404,
            3_000,
            ["root:x:0:0:root:/root:/bin/sh\napp:x:1654:1654::/home/app:\n"],
            text =>
            {
                var accounts = Accounts.Parse(text, text);
                _ = (accounts.FindUser("app"), accounts.FindGroup("1654"), accounts.GroupsOf("root"));
            }
        );

    /// <summary>One value each, of a property, a metadatum or an option.</summary>
    public static TheoryData<int, string> Values =>
        new()
        {
            { 410, "8080" },
            { 411, "1m30s500ms" },
            { 412, "3" },
            { 413, "2026-01-01T00:00:00+01:00" },
            { 414, "1700000000" },
            { 415, "linux/arm64/v8" },
            { 416, "0755" },
            { 417, "1000:2000" },
            { 418, "docker" },
            { 419, "zstd" },
            { 420, "19" },
            { 421, "/app/x" },
            { 422, "C:\\app\\x" },
            { 423, "My App/Über" },
            { 424, "oci:/a/b:tag" },
            { 425, "type=local,dest=/x,name=a:1" },
            { 426, "archive:/a.tar:name" },
            { 427, "podman" },
            { 428, "sha256:0000000000000000000000000000000000000000000000000000000000000000" },
            { 429, "1.2.3-beta.4+build" },
            { 430, "u+rwX,go-w" },
            { 431, "https://example.test/a/b%20c?d=e#f" },
            { 432, "zstd:19" },
            { 433, "linux-musl-arm64" },
        };

    [Theory]
    [MemberData(nameof(Values))]
    public void Values_of_settings(int seed, string text) => Fuzz.Texts(seed, 600, [text], value => Read(seed, value));

    private static object? Read(int seed, string value) =>
        seed switch
        {
            410 => ContainerPort.Parse(value, "tcp"),
            411 => Healthcheck.ParseTime(value, "Setting") is { } time
            && time >= TimeSpan.Zero
            && time.Ticks <= long.MaxValue / 100
                ? time
            : value.Length == 0 ? null
            : throw new InvalidOperationException("a time that engines cannot count"),
            412 => Healthcheck.ParseRetries(value),
            413 => TimeSetting.Parse(value, "", () => DateTimeOffset.UnixEpoch),
            414 => TimeSetting.Parse("", value, () => DateTimeOffset.UnixEpoch),
            415 => Platform.Parse(value),
            416 => ExtraFile.ParseMode(value, "file"),
            417 => new ExtraFile("file", ContainerPath.Root).OwnedBy(value, "file"),
            418 => ChoiceSetting.ParseFormat(value),
            419 => ChoiceSetting.ParseCompression(value),
            420 => ChoiceSetting.ParseLevel(value, LayerCompression.Gzip),
            421 => ContainerPath.Parse(value),
            422 => ContainerSettings.ParsePath(value, isWindows: true),
            423 => RepositoryName.Normalize(value),
            424 => SinkAddress.Parse(value, "/folder"),
            425 => SinkAddress.ParseOption(value, "/folder"),
            426 => ImageLocation.Parse(value, "/folder"),
            427 => LocalEngine.Parse(value),
            428 => Digest.Parse(value),
            429 => VersionTags.Of(value).Count(),
            430 => ModeChange.Parse(value),
            431 => RemoteFile.NameOf(value),
            432 => ChoiceSetting.ParseLasting(value, LayerEncoding.Default),
            _ => Platform.FromRuntimeIdentifier(value),
        };
}
