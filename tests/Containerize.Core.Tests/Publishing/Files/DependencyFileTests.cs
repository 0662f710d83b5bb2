using Containerize.Publishing.Files;

namespace Containerize.Core.Tests.Publishing.Files;

/// <summary>A package that is taken out of an app's list of libraries.</summary>
public sealed class DependencyFileTests
{
    [Fact]
    public void It_leaves_the_dependencies_the_targets_and_the_libraries() =>
        Assert.Equal(
            List(
                "\"dependencies\": {\n          \"Shelf\": \"1.0.0\"\n        },\n        ",
                "",
                "\"Shelf/1.0.0\": {\n      \"sha512\": \"sha512-a+b/c==\"\n    }"
            ),
            Without(
                List(
                    "\"dependencies\": {\n          \"Containerize\": \"1.2.3-a\",\n"
                        + "          \"Shelf\": \"1.0.0\"\n        },\n        ",
                    ",\n      \"Containerize/1.2.3-a\": {}",
                    "\"containerize/1.2.3-a\": {},\n"
                        + "    \"Shelf/1.0.0\": {\n      \"sha512\": \"sha512-a+b/c==\"\n    }"
                )
            )
        );

    [Fact]
    public void Of_the_only_dependency_no_empty_list_stays() =>
        Assert.Equal(
            List("", "", "\"App/1.0.0\": {}"),
            Without(
                List(
                    "\"dependencies\": {\n          \"Containerize\": \"1.2.3\"\n        },\n        ",
                    ",\n      \"Containerize/1.2.3\": {}",
                    "\"App/1.0.0\": {},\n    \"Containerize/1.2.3\": {}"
                )
            )
        );

    [Theory]
    [InlineData("{\"libraries\":{\"Containerize.Core/1.0.0\":{}},\"targets\":{\"net\":{\"App/1\":{}}}}")]
    [InlineData("{\"libraries\":[],\"targets\":{\"net\":3}}")]
    [InlineData("{\"targets\":{\"net\":{\"App/1\":{\"dependencies\":[\"Containerize\"]}}}}")]
    [InlineData("[1]")]
    [InlineData("null")]
    [InlineData("no JSON")]
    [InlineData("")]
    public void A_list_without_it_and_what_is_no_list_stay_as_they_are(string text) =>
        Assert.Null(DependencyFile.Without(text, "Containerize"));

    private static string? Without(string text) =>
        DependencyFile.Without(text, "Containerize")?.ReplaceLineEndings("\n");

    private static string List(string dependencies, string target, string libraries) =>
        $$"""
            {
              "targets": {
                "net10.0": {
                  "App/1.0.0": {
                    {{dependencies}}"runtime": {
                      "App.dll": {}
                    }
                  }{{target}}
                }
              },
              "libraries": {
                {{libraries}}
              }
            }
            """;
}
