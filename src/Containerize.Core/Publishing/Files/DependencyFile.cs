using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.IO;

namespace Containerize.Publishing.Files;

/// <summary>
/// The list of an app's libraries that the SDK writes, <c>NAME.deps.json</c>
/// (https://github.com/dotnet/sdk/blob/main/documentation/specs/runtime-configuration-file.md).
/// </summary>
public static class DependencyFile
{
    // As Microsoft.Extensions.DependencyModel writes it.
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        NewLine = Environment.NewLine,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Takes a package out of the list in a file, which is left alone where it does not name the
    /// package.</summary>
    /// <param name="path">The file's absolute path. There need not be one: not every publish has a list.</param>
    /// <param name="package">The package's id, in any case.</param>
    /// <exception cref="ContainerizeException">CTZ0007 when the file cannot be written, CTZ0014 when it
    /// cannot be read.</exception>
    public static async Task RemoveAsync(string path, string package)
    {
        if (File.Exists(path) && Without(Read(path), package) is { } text)
            await OutputFiles.WriteTextAsync(path, text).ConfigureAwait(false);
    }

    private static string Read(string path)
    {
        try
        {
            return RegularFile.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ContainerizeException(
                DiagnosticTable.FileUnreadable,
                $"'{path}' cannot be read: {exception.Message}",
                exception
            );
        }
    }

    /// <summary>Takes a package out: what is left is the list of the same app without a reference to the
    /// package.</summary>
    /// <param name="text">The list.</param>
    /// <param name="package">The package's id, in any case.</param>
    /// <returns>The list without the package; null where it does not name it, or where it is no such list.</returns>
    public static string? Without(string text, string package)
    {
        JsonNode? list;
        try
        {
            list = JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }

        if (list is not JsonObject root)
            return null;
        var isNamed = RemoveLibrary(root["libraries"]);
        foreach (var (_, target) in root["targets"] as JsonObject ?? [])
        {
            isNamed |= RemoveLibrary(target);
            foreach (var library in (target as JsonObject ?? []).Select(pair => pair.Value).OfType<JsonObject>())
                isNamed |= RemoveDependency(library);
        }

        return isNamed ? root.ToJsonString(Format) : null;

        // The names of libraries are ID/VERSION.
        bool RemoveLibrary(JsonNode? libraries) =>
            Remove(libraries, name => name.StartsWith(package + "/", StringComparison.OrdinalIgnoreCase));

        bool RemoveDependency(JsonObject library)
        {
            var removed = Remove(
                library["dependencies"],
                name => name.Equals(package, StringComparison.OrdinalIgnoreCase)
            );
            if (removed && library["dependencies"] is JsonObject { Count: 0 })
                library.Remove("dependencies");
            return removed;
        }
    }

    private static bool Remove(JsonNode? members, Func<string, bool> isIt)
    {
        if (members is not JsonObject all)
            return false;
        var names = all.Select(pair => pair.Key).Where(isIt).ToList();
        names.ForEach(name => all.Remove(name));
        return names.Count > 0;
    }
}
