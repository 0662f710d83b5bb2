using Containerize.Inspection.Report.Sizes;
using static Containerize.Core.Tests.FileSystems.TestTar;

namespace Containerize.Core.Tests.Inspection.Report;

/// <summary>The sentences of <c>containerize explain</c>.</summary>
public sealed class ReasonsTests
{
    [Fact]
    public async Task The_size_is_explained_by_layers_packages_and_files()
    {
        var report = await ReportTest.ReportAsync(
            ReportTest.Of(
                [
                    File("usr/lib/large", Noise(9000)),
                    File("usr/lib/small", Noise(100)),
                    File("etc/replaced", Noise(500)),
                ],
                [File("etc/replaced", "1")]
            )
        );
        var (bytes, layers) = (report.Bytes, report.Layers);
        Assert.Equal(
            [
                $"shop:v2 is {Text(bytes)} as a registry stores it, {Text(layers.Sum(layer => layer.Size))} unpacked: "
                    + "2 layers with 4 files.",
                $"{Share(layers[0].Bytes, bytes)} layer 0, most of it /usr/lib "
                    + $"({Text(layers[0].Files[0].Bytes + layers[0].Files[1].Bytes)}).",
                $"{Share(layers[1].Bytes, bytes)} layer 1, all of it /etc.",
                $"Largest file: /usr/lib/large ({Text(layers[0].Files[0].Bytes)}).",
                $"No container sees {Text(layers[0].Files[2].Bytes)} of it: 1 file that a higher layer replaces or "
                    + "removes, such as /etc/replaced.",
            ],
            SizeReasons.Of(report)
        );
    }

    [Fact]
    public async Task No_explanation_is_longer_than_ten_lines()
    {
        var many = Enumerable.Range(0, 30).Select(i => File($"d{i}/f", Noise(200 + i))).ToArray();
        var before = ReportTest.Of([File("lib/apk/db/installed", Packages("1")), .. many], [File("gone", "1")]);
        var after = ReportTest.Of([
            .. Enumerable
                .Range(0, 12)
                .Select(i =>
                    new[]
                    {
                        File($"e{i}", Noise(90)),
                        File($"d{i}/f", "1"),
                        File("lib/apk/db/installed", Packages("2")),
                    }
                ),
        ]);
        after = after.With(after.Config.WithVariable("A", "1").WithUser("app").WithLabel("l", "1"));
        var report = await ReportTest.ReportAsync(after, before);
        Assert.InRange(SizeReasons.Of(report).Length, 4, 10);
        var changes = ChangeReasons.Of(report);
        Assert.Equal(10, changes.Length);
        Assert.Equal(report.Comparison!.Reason, changes[0]);
        Assert.StartsWith(
            "Layers (14): layer 0 is new, layer 1 is new, layer 2 is new and 11",
            changes[4],
            StringComparison.Ordinal
        );
        Assert.StartsWith("Packages (2): p0 1 → 2, p1 1 → 2.", changes[5], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_image_needs_one_line()
    {
        var image = ReportTest.Of([File("a", "1")]);
        Assert.Equal(["Both are the same image."], ChangeReasons.Of(await ReportTest.ReportAsync(image, image)));
    }

    private static string Packages(string version) => $"P:p0\nV:{version}\n\nP:p1\nV:{version}\n";

    // What does not compress, and is the same in every run.
    private static string Noise(int length)
    {
        var random = new Random(length);
        return string.Concat(Enumerable.Range(0, length).Select(_ => (char)random.Next('!', '~')));
    }

    private static string Text(long bytes) => Containerize.IO.ByteSize.Text(bytes);

    private static string Share(long bytes, long whole) =>
        FormattableString.Invariant($"{100.0 * bytes / whole, 5:0.0} %  {Text(bytes), 10} ");
}
