using System.Security.Cryptography;
using Containerize.Attestations.Signatures;

namespace Containerize.Core.Tests.Attestations;

/// <summary>Texts with many blocks in PEM cost no more than they have characters.</summary>
public sealed class PemBlockTests
{
    [Fact]
    public void Blocks_are_read_in_their_order_with_what_is_between_them_passed_over()
    {
        var text = $"before\n{Block("A", 1)}\nbetween\n{Block("B", 2)}\n-----BEGIN C-----\n{Block("D", 3)}";
        Assert.Equal([("A", 1), ("B", 2), ("D", 3)], PemBlock.All(text).Select(each => (each.Label, each.Bytes[0])));
    }

    [Fact]
    public void The_rest_of_a_text_is_not_copied_for_each_block_and_a_thousand_are_read()
    {
        var text = string.Concat(Enumerable.Repeat(Block("A", 1) + "\n", PemBlock.Most + 1));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(PemBlock.Most, PemBlock.All(text).Count());
        // One copy of the text each time would be a thousand times its length.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20L * text.Length);
    }

    private static string Block(string label, byte value) => PemEncoding.WriteString(label, [value]);
}
