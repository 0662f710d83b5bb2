using System.Text.RegularExpressions;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Publishing;

/// <summary>
/// Publishes into places that are full: each output of a publish, its cache and its folder below <c>obj</c> lie on
/// small file systems of their own, which only the publishes see. First there is room; then there is little, and then
/// none.
/// </summary>
public sealed partial class FullDiskTests(Machine machine)
{
    private const int MostNames = 60;

    // What is published there, and by which property.
    private static readonly (string Name, string Property)[] Places =
    [
        ("archive", "ContainerArchiveOutputPath={0}/archive/image.tar.gz"),
        ("layout", "ContainerOciLayoutPath={0}/layout"),
        ("metadata", "ContainerMetadataPath={0}/metadata/image.json"),
        ("dockerfile", "ContainerDockerfilePath={0}/dockerfile/context"),
        ("lock", "ContainerUpdateLock=true;ContainerLockFile={0}/lock/container.lock.json"),
        ("cache", "ContainerCacheDirectory={0}/cache"),
        ("report", "ContainerReportPath={0}/report/page.html"),
    ];

    // Words: where the places are; the folder below obj; a published file; then the command. Each round has another
    // user and another content of the file, which cannot be compressed, and so other outputs.
    private const string Walk = """
        full=$1; obj=$2; noise=$3; shift 3
        places='archive layout metadata dockerfile lock cache report github'
        rm -rf "$obj"
        for folder in $(printf "$full/%s " $places) "$obj"; do
          mkdir -p "$folder" && mount -t tmpfs -o size=16m tmpfs "$folder" || exit 99
        done
        : > "$full/github/output"
        list() {
          find "$full" -type f ! -name filler ! -path '*/cache/*' -exec sha256sum {} + | sort -k 2 | sed 's/^/FILE /'
          find "$full/cache" -name '.new-*' | sed 's/^/HALF /'
        }
        # Leaves some KiB of room.
        fill() {
          dd if=/dev/zero of="$1/filler" bs=4k 2>/dev/null || :
          truncate -s "-${2}k" "$1/filler"
        }
        round() { dd if=/dev/urandom of="$noise" bs=600k count=1 iflag=fullblock 2>/dev/null; "$@"; }
        round "$@" -p:Round=1 || exit 98
        list
        for room in 400 0; do
          for place in $places; do rm -f "$full/$place/filler"; fill "$full/$place" $room; done
          echo "ROUND $room"
          round "$@" -p:Round=2$room
          list
        done
        rm -f "$full"/*/filler
        fill "$obj" 0
        echo "ROUND obj"
        round "$@" -p:Round=3
        """;

    [Fact]
    public async Task Every_place_of_a_publish_that_is_full_is_a_coded_error_and_keeps_what_was_there()
    {
        var (feed, folder) = (await machine.Feed, machine.Folder.Create("full"));
        var reference = $"{(await machine.Registry).Address}/bases/full:1";
        var layout = HandmadeImage.Small.WriteTo(Path.Combine(folder, "base"));
        await Skopeo.CopyAsync($"oci:{layout.Folder}:1.0", $"docker://{reference}");
        var project = TestProject
            .Console("Full")
            .WithFile("noise", "")
            .WithItem("None", "noise", ("CopyToPublishDirectory", "Always"), ("CopyToOutputDirectory", "Always"))
            .WithItem("ContainerEnvironmentVariable", "LONG", ("Value", new string('x', 9000)))
            .Containerized(feed)
            .WriteTo(folder, feed)
            .With("ContainerBaseImage", reference);
        (await project.PublishAsync()).Succeeded();

        var full = Directory.CreateDirectory(Path.Combine(folder, "full")).FullName;
        var walk = Path.Combine(folder, "walk.proj");
        await File.WriteAllTextAsync(
            walk,
            WalkProject(project, reference, full),
            TestContext.Current.CancellationToken
        );
        var obj = Path.Combine(project.Folder, "obj/Release/net10.0/containerize");
        var result = await new ShellCommand(
            "unshare",
            [
                "--mount",
                "sh",
                "-c",
                Walk,
                "sh",
                full,
                obj,
                Path.Combine(project.Folder, "noise"),
                "dotnet",
                "build",
                walk,
                "-nodeReuse:false",
                "-nologo",
                "-m:1",
            ]
        )
        {
            Environment = new Dictionary<string, string?>(Sdk.Quiet)
            {
                ["NUGET_PACKAGES"] = feed.Packages,
                ["XDG_CACHE_HOME"] = feed.Packages + "-cache",
                ["GITHUB_ACTIONS"] = "true",
                ["GITHUB_OUTPUT"] = $"{full}/github/output",
            },
        }.RunAsync();
        result.Expect(1);
        var rounds = result.Output.Split("ROUND ");
        Assert.Equal(4, rounds.Length);
        Assert.DoesNotContain("   at ", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("HALF ", result.Output, StringComparison.Ordinal);

        // With room for texts and none for layers.
        Assert.Equal(["archive", "dockerfile", "layout"], Failed(rounds[1], full));
        Assert.Empty(Changed(rounds[0], rounds[1], full).Except(["metadata", "lock", "github", "report"]));
        // With no room at all only the cache costs time and nothing else.
        Assert.Equal(["archive", "dockerfile", "layout", "lock", "metadata", "report"], Failed(rounds[2], full));
        Assert.Empty(Changed(rounds[1], rounds[2], full));
        Assert.Contains("warning CTZ0100", rounds[2], StringComparison.Ordinal);
        // Nothing can be made without the folder below obj.
        Assert.Equal(Places.Length, Errors(rounds[3]).Count(error => error.Contains(obj, StringComparison.Ordinal)));
    }

    // Each error is there again at the end of the build.
    private static IEnumerable<string> Errors(string round) =>
        Error().Matches(round.Split("Build FAILED")[0]).Select(match => match.Value);

    private static IEnumerable<string> Failed(string round, string full)
    {
        var errors = Errors(round).ToList();
        Assert.All(
            errors,
            error =>
                Assert.True(
                    error.StartsWith("error CTZ0007", StringComparison.Ordinal)
                        || error.StartsWith("error CTZ0177", StringComparison.Ordinal),
                    error
                )
        );
        return errors
            .Select(error =>
                Places.Single(place => error.Contains($"{full}/{place.Name}", StringComparison.Ordinal)).Name
            )
            .Order(StringComparer.Ordinal);
    }

    // The places in which a file is another one, new or gone.
    private static IEnumerable<string> Changed(string before, string after, string full)
    {
        var (old, now) = (Files(before), Files(after));
        Assert.NotEmpty(old);
        return old.Except(now)
            .Concat(now.Except(old))
            .Select(line => line[(line.IndexOf(full, StringComparison.Ordinal) + full.Length + 1)..].Split('/')[0])
            .Distinct(StringComparer.Ordinal);

        static HashSet<string> Files(string round) =>
            [.. round.Split('\n').Where(line => line.StartsWith("FILE ", StringComparison.Ordinal))];
    }

    private static string WalkProject(WrittenProject project, string reference, string full)
    {
        var places = Places.Select(place =>
            (place.Name, Set: place.Property.Replace("{0}", full, StringComparison.Ordinal))
        );
        const string Tag = "a-tag-that-makes-the-outputs-longer-than-a-page-of-memory";
        return $"""
            <Project>
              <ItemGroup>
                {string.Concat(places.Select(place => $"<Place Include=\"{place.Name}\" Set=\"{place.Set}\" />"))}
              </ItemGroup>
              <PropertyGroup>
                <Tags>{string.Join(
                "%3B",
                Enumerable.Range(1, MostNames).Select(number => $"{Tag}-{number}-$(Round)")
            )}</Tags>
                <Common>Configuration=Release;NoBuild=true;Containerize=true;ContainerBaseImage={reference}</Common>
              </PropertyGroup>
              <Target Name="Build">
                <MSBuild Projects="{Path.Combine(
                project.Folder,
                project.Name
            )}.csproj" Targets="Publish" ContinueOnError="true"
                         Properties="$(Common);ContainerUser=$(Round);ContainerImageTags=$(Tags);%(Place.Set)" />
              </Target>
            </Project>
            """;
    }

    [GeneratedRegex(@"error \w+: .*")]
    private static partial Regex Error();
}
