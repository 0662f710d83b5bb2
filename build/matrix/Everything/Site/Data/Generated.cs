using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Site.Data;

/// <summary>An order.</summary>
public sealed record Order(string Number, string Text);

public sealed class ShopOptions
{
    public string Name { get; set; } = "";

    public Dictionary<string, int> Limits { get; } = [];
}

[JsonSerializable(typeof(Order))]
internal sealed partial class ShopJson : JsonSerializerContext;

internal static partial class Patterns
{
    [GeneratedRegex("^[0-9]{1,6}$")]
    public static partial Regex Number();
}

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Asked for {Number}")]
    public static partial void Asked(ILogger logger, string number);
}

internal static partial class Native
{
    [LibraryImport("libc", EntryPoint = "getpid")]
    public static partial int ProcessId();
}
