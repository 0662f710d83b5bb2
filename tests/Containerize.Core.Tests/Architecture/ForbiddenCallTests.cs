using System.Globalization;
using System.Reflection;
using Containerize.Images;

namespace Containerize.Core.Tests.Architecture;

/// <summary>What Core is built of, and what it keeps its hands off.</summary>
public sealed class ForbiddenCallTests
{
    private static readonly Assembly Core = typeof(Digest).Assembly;

    [Fact]
    public void Core_references_no_MSBuild() =>
        Assert.DoesNotContain(
            Core.GetReferencedAssemblies(),
            reference => reference.Name!.StartsWith("Microsoft.Build", StringComparison.Ordinal)
        );

    [Fact]
    public void The_values_of_the_specs_touch_no_files_and_no_network()
    {
        var images = Core.GetTypes().Where(type => type.Namespace == "Containerize.Images").ToArray();
        Assert.Contains(typeof(Digest), images);
        Assert.Empty(Violations(images, TouchesFilesOrNetwork));
    }

    [Fact]
    public void Core_reads_no_clock_no_environment_no_culture_and_no_current_directory() =>
        Assert.Empty(Violations(Core.GetTypes(), ReadsTheMachine));

    [Fact]
    public void A_type_that_does_all_of_it_is_caught()
    {
        Type[] culprit = [typeof(Culprit), .. typeof(Culprit).GetNestedTypes(BindingFlags.NonPublic)];
        string[] caught = [.. Violations(culprit, TouchesFilesOrNetwork), .. Violations(culprit, ReadsTheMachine)];
        string[] expected =
        [
            "File.ReadAllTextAsync",
            "HttpClient..ctor",
            "DateTime.get_UtcNow",
            "Environment.GetEnvironmentVariable",
            "CultureInfo.get_CurrentCulture",
            "Directory.GetCurrentDirectory",
            "Path.GetFullPath",
        ];
        Assert.All(
            expected,
            member => Assert.Contains(caught, violation => violation.EndsWith(member, StringComparison.Ordinal))
        );
    }

    private static IEnumerable<string> Violations(IEnumerable<Type> types, Func<MemberInfo, bool> isForbidden) =>
        CodeUse.Of(types).Where(use => isForbidden(use.Used)).Select(use => use.Where).Distinct();

    private static bool TouchesFilesOrNetwork(MemberInfo member)
    {
        var type = member as Type ?? member.DeclaringType;
        return type?.Namespace?.StartsWith("System.Net", StringComparison.Ordinal) == true
            || type == typeof(File)
            || type == typeof(Directory)
            || type == typeof(FileStream)
            || typeof(FileSystemInfo).IsAssignableFrom(type);
    }

    private static bool ReadsTheMachine(MemberInfo member) =>
        (member.DeclaringType, member.Name) switch
        {
            ({ } type, "get_Now" or "get_UtcNow" or "get_Today") => type == typeof(DateTime)
                || type == typeof(DateTimeOffset),
            ({ } type, var name) when type == typeof(Environment) => name
                is not ("get_ProcessorCount" or "get_CurrentManagedThreadId" or "get_NewLine"),
            ({ } type, "get_CurrentCulture" or "get_CurrentUICulture") => type == typeof(CultureInfo),
            ({ } type, "get_Local") => type == typeof(TimeZoneInfo),
            ({ } type, "GetCurrentDirectory") => type == typeof(Directory),
            ({ } type, "GetTempPath" or "GetTempFileName") => type == typeof(Path),
            // With one argument it takes a relative path from the current directory.
            ({ } type, "GetFullPath") => type == typeof(Path) && ((MethodBase)member).GetParameters().Length == 1,
            _ => false,
        };

    private static class Culprit
    {
        public static async Task<string> DoAll(string path)
        {
            using var client = new HttpClient();
            var year = DateTime.UtcNow.Year.ToString(CultureInfo.CurrentCulture);
            var text = await File.ReadAllTextAsync(Path.GetFullPath(path));
            Func<string?> environment = () =>
                Environment.GetEnvironmentVariable(text) + Directory.GetCurrentDirectory();
            return year + environment();
        }
    }
}
