using System.Collections.Immutable;
using Containerize.Compose;
using Containerize.Core.Tests.Fuzzing;
using Containerize.Diagnostics;

namespace Containerize.Core.Tests.Compose;

/// <summary>Compose files that unfold to more than the machine has are refused, with a code, before they do.</summary>
public sealed class ComposeLimitTests : IDisposable
{
    private const string Service = "services: {a: {build: .}}\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("compose-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData('[', ']')]
    [InlineData('{', '}')]
    public void Lists_without_end_do_not_end_the_process_with_its_stack(char begin, char end) =>
        Assert.Contains(
            "nests deeper",
            Refused("CTZ0340", $"a: {new string(begin, 50_000)}{new string(end, 50_000)}\n"),
            StringComparison.Ordinal
        );

    [Fact]
    public void Neither_do_variables_in_variables() =>
        Assert.Contains(
            "nests more than 100 variables",
            Refused(
                "CTZ0341",
                $"name: '{string.Concat(Enumerable.Repeat("${A-", 50_000))}{new string('}', 50_000)}'\n{Service}"
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public void Variables_that_double_with_each_line_are_refused()
    {
        File.WriteAllLines(
            Path.Combine(_folder, ".env"),
            [
                "V0=xxxxxxxx",
                .. Enumerable
                    .Range(1, 60)
                    .Select(number => FormattableString.Invariant($"V{number}=$V{number - 1}$V{number - 1}")),
            ]
        );
        Assert.Contains("unfold to more than", Refused("CTZ0341", Service), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_include_each_other_many_times_are_refused()
    {
        const int Files = 8;
        for (var number = 1; number <= Files; number++)
            File.WriteAllText(
                FileOf(number),
                number == Files
                    ? Service
                    : $"include: [{string.Join(", ", Enumerable.Repeat(FileOf(number + 1), 20))}]\n"
            );
        Assert.Contains(
            "more than 1000 times",
            Refused("CTZ0340", $"include: [{FileOf(1)}]\n"),
            StringComparison.Ordinal
        );

        string FileOf(int number) => Path.Combine(_folder, FormattableString.Invariant($"{number}.yaml"));
    }

    [Fact]
    public void A_pipe_as_the_file_of_variables_is_refused()
    {
        var pipe = Path.Combine(_folder, ".env");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [pipe]))
            made.WaitForExit();
        Assert.Contains(pipe, Refused("CTZ0341", Service), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_changed_are_read_or_refused() =>
        Fuzz.Texts(
            71,
            3_000,
            [
                Service,
                "name: x\nservices:\n  web:\n    image: r/web:${TAG:-1}\n    build:\n      context: ./web\n"
                    + "      args:\n        - A=${B-c}\n        - D\n      secrets: [s]\n"
                    + "secrets:\n  s:\n    file: ./s\n",
                "x: &x\n  build: {context: ., target: t, labels: {a: b}}\nservices:\n  one: {<<: *x}\n"
                    + "  two: {extends: {service: one}, depends_on: [one], profiles: [p]}\n",
            ],
            text => Read(text)
        );

    private string Refused(string code, string text)
    {
        var exception = Assert.Throws<ContainerizeException>(() => Read(text));
        Assert.Equal(code, exception.Diagnostic.Code);
        return exception.Message;
    }

    private void Read(string text)
    {
        var file = Path.Combine(_folder, "compose.yaml");
        File.WriteAllText(file, text);
        ComposePlan.Read([file], [], [], ImmutableDictionary<string, string>.Empty, _ => { });
    }
}
