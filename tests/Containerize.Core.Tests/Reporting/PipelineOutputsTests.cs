using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Reporting;

namespace Containerize.Core.Tests.Reporting;

/// <summary>What later steps of a pipeline learn, as the systems that run them read it.</summary>
public sealed class PipelineOutputsTests : IDisposable
{
    private static readonly Digest SomeDigest = Digest.Of("some"u8);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void GitHub_gets_lines_and_several_names_between_two_words() =>
        Assert.Equal(
            $"""
            image=registry.example/acme/app:1.0
            images<<END
            registry.example/acme/app:1.0
            registry.example/acme/app:latest
            END
            digest={SomeDigest}

            """,
            Of("registry.example/acme/app:1.0", "registry.example/acme/app:latest").ToGitHub()
        );

    [Fact]
    public void No_value_can_end_itself_and_set_another_output() =>
        Assert.Equal(
            "a<<END__\nx\r\nEND\nEND_\r\nb=1\nEND__\n",
            new PipelineOutputs([new("a", "x\r\nEND\nEND_\r\nb=1")]).ToGitHub()
        );

    [Fact]
    public void Azure_gets_variables_on_one_line_each() =>
        Assert.Equal(
            [
                "##vso[task.setvariable variable=image;isOutput=true]localhost:5000/a:1",
                "##vso[task.setvariable variable=images;isOutput=true]localhost:5000/a:1%0Alocalhost:5000/a:2",
                $"##vso[task.setvariable variable=digest;isOutput=true]{SomeDigest}",
            ],
            Of("localhost:5000/a:1", "localhost:5000/a:2").ToAzure()
        );

    [Theory]
    [InlineData("A.B", "A-B")]
    [InlineData("A B", "A_B")]
    public void Names_that_differ_in_other_letters_have_the_same_outputs(string one, string other) =>
        Assert.Equal(PipelineOutputs.PrefixOf(one), PipelineOutputs.PrefixOf(other));

    [Fact]
    public void Projects_of_one_step_keep_apart_by_their_names() =>
        Assert.Equal(
            ["Acme_Shop_image", "Acme_Shop_images", "Acme_Shop_digest"],
            PipelineOutputs.Of([ImageReference.Parse("a:1")], SomeDigest, "Acme.Shop").Values.Select(pair => pair.Key)
        );

    [Fact]
    public async Task An_artifact_is_an_address_with_its_digest_for_each_repository()
    {
        var names = new[]
        {
            "registry.example/acme/app:1.0",
            "registry.example/acme/app:latest",
            "other.example:5000/app:1.0",
        }.Select(ImageReference.Parse);
        await PipelineOutputs.AppendArtifactsAsync(
            [.. names],
            SomeDigest,
            _folder["artifacts"],
            TimeProvider.System,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(
            $"oci://registry.example/acme/app:1.0@{SomeDigest}\noci://other.example:5000/app:1.0@{SomeDigest}\n",
            await File.ReadAllTextAsync(_folder["artifacts"], TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task Many_that_write_at_once_lose_nothing_and_what_was_there_stays()
    {
        var file = _folder["output"];
        await File.WriteAllTextAsync(file, "before=1\n", TestContext.Current.CancellationToken);
        await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(i =>
                    Task.Run(() =>
                        new PipelineOutputs([new($"name{i}", "value")]).AppendToGitHubAsync(
                            file,
                            TimeProvider.System,
                            TestContext.Current.CancellationToken
                        )
                    )
                )
        );
        var lines = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal("before=1", lines[0]);
        Assert.Equal(
            Enumerable.Range(0, 20).Select(i => $"name{i}=value").Order(StringComparer.Ordinal),
            lines.Skip(1).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_CTZ0100() =>
        Assert.Contains(
            _folder.Root,
            await TestImage.FailsAsync(
                DiagnosticTable.PipelineOutputNotWritten,
                () =>
                    Of("a:1")
                        .AppendToGitHubAsync(_folder.Root, TimeProvider.System, TestContext.Current.CancellationToken)
            ),
            StringComparison.Ordinal
        );

    public void Dispose() => _folder.Dispose();

    private static PipelineOutputs Of(params string[] names) =>
        PipelineOutputs.Of([.. names.Select(ImageReference.Parse)], SomeDigest, null);
}
