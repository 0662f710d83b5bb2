using System.Text;
using Containerize.Contexts;
using Containerize.Core.Tests.Stores;
using Containerize.Dockerfiles;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Dockerfiles.Stages;
using Containerize.Manifests;
using Containerize.Repositories;
using Containerize.TestKit.Images;

namespace Containerize.Core.Tests.Fuzzing;

/// <summary>What a build and <c>resolve</c> take beside a Dockerfile, changed: contexts that are no folders, their
/// names, and YAML files.</summary>
public sealed class ContextFuzzTests : IDisposable
{
    private const string Yaml = """
        %YAML 1.2
        ---
        # containerize://no/comment
        apiVersion: apps/v1
        items: &all [ { image: "containerize://src/Shop" }, 'containerize://it''s' ]
        "key \x41": |-
          image: containerize://no/text
        image: !!str containerize://src/Shop # why
        - - ? containerize://key
          : *all
        ...
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_of_YAML() =>
        Fuzz.Texts(
            501,
            8_000,
            [Yaml, Yaml.ReplaceLineEndings("\r\n")],
            text =>
            {
                var file = YamlFile.Read("test", Encoding.UTF8.GetBytes(text));
                // What is put in the place of a reference is read back there, and nothing else changes.
                var again = YamlFile.Read("test", Encoding.UTF8.GetBytes(file.With(_ => YamlFile.Prefix + "x")));
                Assert.Equal(file.Projects.Select(_ => "x").Distinct(), again.Projects.Distinct());
            }
        );

    [Fact]
    public void Contexts_that_are_archives()
    {
        byte[][] corpus =
        [
            RawTar.Of([
                RawTar.Entry('5', "d/"),
                RawTar.Entry('0', "d/f", "content"u8.ToArray()),
                RawTar.Entry('0', "Dockerfile", "FROM scratch\n"u8.ToArray()),
            ]),
            RawTar.Of([
                RawTar.Entry('2', "d", link: "/etc"),
                RawTar.Entry('0', "d/passwd", "x"u8.ToArray()),
                RawTar.Entry('1', "h", link: "d/passwd"),
            ]),
            "FROM scratch\n"u8.ToArray(),
        ];
        var outside = Directory.CreateDirectory(_folder["outside"]).FullName;
        using var http = new HttpClient();
        Fuzz.Bytes(
            502,
            400,
            corpus,
            bytes =>
            {
                var work = Path.Combine(outside, "work");
                try
                {
                    var opened = ContextSource
                        .OpenAsync(
                            ContextSource.StandardInput,
                            outside,
                            Directory.CreateDirectory(work).FullName,
                            () => new MemoryStream(bytes),
                            http,
                            isOffline: true,
                            TestContext.Current.CancellationToken
                        )
                        .GetAwaiter()
                        .GetResult();
                    Assert.StartsWith(work, opened.Folder, StringComparison.Ordinal);
                }
                finally
                {
                    Directory.Delete(work, recursive: true);
                    Assert.Empty(Directory.GetFileSystemEntries(outside));
                }
            },
            ArchiveFuzzTests.Mend
        );
    }

    [Fact]
    public void Contexts_that_are_repositories() =>
        Fuzz.Texts(
            503,
            6_000,
            [
                "https://example.test/a/b.git#main:sub/folder",
                "git@example.test:a/b.git#v1",
                "github.com/a/b",
                "ssh://git@example.test/a",
                "file:///a/b/.git#:x",
            ],
            text =>
            {
                // Nothing of a context is an option of git, or a way of git's to run a command.
                if (GitRepository.Parse(text) is { } git)
                    Assert.Matches("^(https?|ssh|git|file)://|^git@[^/]", git.Url);
            }
        );

    [Fact]
    public void Named_contexts() =>
        Fuzz.Texts(
            504,
            4_000,
            [
                "name=docker-image://example.test/a:1",
                "a.b/c:1=oci-layout://folder:tag",
                "name=https://example.test/x",
                "x=.",
            ],
            // No program is given a NUL.
            text => Assert.Single(NamedContexts.Read([text.Replace('\0', '?')], _folder.Root).Contexts)
        );

    [Fact]
    public void Resources_of_commands() =>
        Fuzz.Texts(
            505,
            4_000,
            ["nofile=1024:2048", "db=10.0.0.1", "db=[::1]", "64m"],
            text =>
            {
                if (text.Contains('.', StringComparison.Ordinal) || text.Contains("::", StringComparison.Ordinal))
                    _ = RunResources.Read([text], "", [], "");
                else if (text.Contains('=', StringComparison.Ordinal))
                    _ = RunResources.Read([], "", [text], "");
                else
                    _ = RunResources.Read([], text, [], "");
            }
        );

    [Fact]
    public void What_a_command_line_gives_to_a_build() =>
        Fuzz.Texts(
            506,
            4_000,
            ["manifest:a=b", "NAME=VALUE", "id=x,src=/none"],
            text =>
            {
                _ = BuildInputs.ReadLabels([text]);
                _ = BuildInputs.ReadAnnotations([text]);
            }
        );
}
