using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Containerize.Attestations;

/// <summary>How the documents are written: indented for people, and the same bytes everywhere.</summary>
internal static class DocumentJson
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The name of the program that writes the documents.</summary>
    public const string ToolName = "containerize";

    /// <summary>The version of this build, without the commit that it was built of.</summary>
    public static string ToolVersion { get; } =
        typeof(DocumentJson)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];

    /// <summary>The bytes of a document.</summary>
    public static byte[] ToBytes(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString(Indented) + "\n");

    /// <summary>An array of what is there.</summary>
    public static JsonArray Array(IEnumerable<JsonNode?> nodes) => new([.. nodes]);

    /// <summary>Sets a member that has something in it.</summary>
    public static void Set(this JsonObject json, string name, JsonArray array)
    {
        if (array.Count > 0)
            json[name] = array;
    }

    /// <summary>Sets a member that is not null.</summary>
    public static void Set(this JsonObject json, string name, string? text)
    {
        if (text is not null)
            json[name] = text;
    }
}
