using Containerize.Attestations.Signatures;
using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Core.Tests.Attestations;

/// <summary>The file of a statement that is attested.</summary>
public sealed class StatementFileTests
{
    private const string Type = "https://example.com/scan/v1";

    private static readonly Digest Image = Digest.Of("a"u8);

    [Fact]
    public async Task A_whole_statement_is_attested_only_of_the_image_that_it_is_about()
    {
        using var folder = new TemporaryFolder();
        var path = folder["scan.json"];
        await File.WriteAllBytesAsync(
            path,
            SignedStatement.Write(Image, Type, new() { ["found"] = 3 }),
            TestContext.Current.CancellationToken
        );
        var file = StatementFile.Read(path, Type);
        Assert.Equal(3, (int)file.PredicateOf(Image)["found"]!);
        var exception = Assert.Throws<ContainerizeException>(() => file.PredicateOf(Digest.Of("b"u8)));
        Assert.Equal(DiagnosticTable.PredicateUnreadable, exception.Diagnostic);
        Assert.Contains($"a statement about {Image}", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ContainerizeException>(() => StatementFile.Read(path, "https://spdx.dev/Document"));
    }

    [Fact]
    public async Task A_predicate_alone_is_attested_of_any_image()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["a.json"], """{"found":3}""", TestContext.Current.CancellationToken);
        Assert.Equal(3, (int)StatementFile.Read(folder["a.json"], Type).PredicateOf(Image)["found"]!);
    }
}
