using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Containerize.Core.Tests.Documentation;

/// <summary>Whose work the packages carry, as their licenses demand.</summary>
public sealed partial class NoticesTests
{
    private static readonly string Notices = File.ReadAllText(Path.Combine(Repository.Root, "THIRD-PARTY-NOTICES.md"));

    [Fact]
    public void Every_library_that_is_shipped_is_named_with_its_version()
    {
        var versions = Elements("Directory.Packages.props", "PackageVersion")
            .ToDictionary(Include, element => element.Attribute("Version")!.Value);
        var shipped = Directory
            .GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .SelectMany(project => Elements(project, "PackageReference"))
            .Where(reference => reference.Attribute("PrivateAssets")?.Value != "all")
            .Select(Include)
            .Distinct()
            .Select(name => $"{name} {versions[name]}");
        Assert.Equal(
            shipped.Order(StringComparer.Ordinal),
            Row().Matches(Notices).Select(row => $"{row.Groups[1].Value} {row.Groups[2].Value}")
        );
    }

    [Fact]
    public void The_text_of_every_license_is_there() =>
        Assert.All(
            Row().Matches(Notices).Select(row => row.Groups[3].Value).Distinct(),
            license => Assert.Contains($"\n## {license}\n\n```text\n", Notices, StringComparison.Ordinal)
        );

    private static IEnumerable<XElement> Elements(string file, string name) =>
        XDocument.Load(Path.Combine(Repository.Root, file)).Descendants(name);

    private static string Include(XElement element) => element.Attribute("Include")!.Value;

    [GeneratedRegex(
        @"^\| ([A-Za-z.]+) \| ([0-9][^ ]*) \| ([^ ]+) \|",
        RegexOptions.Multiline | RegexOptions.CultureInvariant
    )]
    private static partial Regex Row();
}
