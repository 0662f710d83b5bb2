using System.Text.RegularExpressions;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Dockerfiles;

/// <summary>What the command shows of a build while it goes on.</summary>
public sealed partial class StepNumberTests(Machine machine)
{
    // Arguments, variables, labels and commands have no number; what is fetched and what makes layers has.
    private const string Dockerfile = """
        ARG VERSION=1
        FROM BASE AS tools
        ARG VERSION
        RUN echo $VERSION >/version
        FROM tools AS more
        ENV A=b
        COPY a.txt /more/
        WORKDIR /more
        RUN cat a.txt >b.txt
        FROM scratch AS empty
        COPY a.txt /
        FROM OTHER
        LABEL numbers=yes
        COPY --from=more /more /more
        COPY --from=empty /a.txt /
        ADD a.txt /added
        USER app
        EXPOSE 80
        CMD ["cat", "/more/b.txt"]
        """;

    [Fact]
    public async Task Steps_are_numbered_as_BuildKit_numbers_them()
    {
        var (folder, docker, registry) = (
            machine.Folder.Create("numbers"),
            await machine.Docker,
            await machine.Registry
        );
        // Bases of its own: BuildKit shows what two stages or two builds share once, by the numbers of one.
        var (name, other) = ($"{registry.Address}/numbers:latest", $"{registry.Address}/numbers:other");
        await Skopeo.CopyAsync(
            $"oci:{CorpusBases.Busybox.WriteTo(Path.Combine(folder, "base")).Folder}:1.0",
            $"docker://{name}"
        );
        await Skopeo.CopyAsync(
            $"oci:{CorpusBases.Modes.WriteTo(Path.Combine(folder, "other")).Folder}:1.0",
            $"docker://{other}"
        );
        var context = Directory.CreateDirectory(Path.Combine(folder, "context")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(context, "Dockerfile"),
            Dockerfile
                .Replace("BASE", name, StringComparison.Ordinal)
                .Replace("OTHER", other, StringComparison.Ordinal),
            TestContext.Current.CancellationToken
        );
        await File.WriteAllTextAsync(
            Path.Combine(context, "a.txt"),
            "numbers\n",
            TestContext.Current.CancellationToken
        );
        var theirs = await docker.BuildWithBuildKitAsync(context, "numbers");
        var ours = (
            await (await machine.Tool)
                .Command("build", context, "--output", $"oci:{folder}/layout", "--cache-dir", $"{folder}/cache")
                .RunAsync()
        ).Expect(0);
        Assert.Equal(Numbers(theirs.Error), Numbers(ours.Error));
        Assert.Contains("4/4 ADD", Numbers(ours.Error));
        Assert.Matches(@"(?m)^\[\S+ 3\] CMD ", ours.Error);
    }

    // The line of a step is there more than once, and stages are in no order.
    private static IEnumerable<string> Numbers(string text) =>
        NumberedStep()
            .Matches(text)
            .Select(match => match.Value)
            .Distinct()
            .Select(step => step.Split(' ')[^2].Trim('[', ']') + " " + step.Split(' ')[^1])
            .Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\[([^\]\s]+ )*\d+/\d+\] [A-Z]+")]
    private static partial Regex NumberedStep();
}
