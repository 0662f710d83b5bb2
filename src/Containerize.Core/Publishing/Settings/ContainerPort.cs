using System.Globalization;
using System.Text.RegularExpressions;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Publishing.Settings;

/// <summary>A port that the app listens on (image-spec, config.md, <c>ExposedPorts</c>).</summary>
/// <param name="Number">1 to 65535.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
public sealed partial record ContainerPort(int Number, string Protocol)
{
    /// <summary>Reads a port and its protocol; an empty protocol is <c>tcp</c>.</summary>
    /// <exception cref="ContainerizeException">CTZ0051.</exception>
    public static ContainerPort Parse(string number, string protocol)
    {
        var known = protocol.Length == 0 ? "tcp" : protocol.ToLowerInvariant();
        return
            int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value is >= 1 and <= 65535
            && known is "tcp" or "udp"
            ? new ContainerPort(value, known)
            : throw new ContainerizeException(
                DiagnosticTable.InvalidPort,
                $"ContainerPort is '{number}'{Typed(protocol)}. {Advice(number)}"
            );
    }

    private static string Typed(string protocol) => protocol.Length == 0 ? "" : $" with the Type '{protocol}'";

    // What docker run and a Dockerfile's EXPOSE write in one word.
    private static string Advice(string text)
    {
        if (text.Split(':') is [.., var inside] parts && parts.Length > 1)
            return $"The port of the machine is no part of an image: it is what 'docker run -p {text}' chooses. Write "
                + $"the port inside the container alone: {Item(inside, "tcp")}.";
        if (text.Split('/') is [var number, var type] && type is "tcp" or "udp")
            return $"Write the protocol as metadata: {Item(number, type)}.";
        return $"Write {Item("8080", "tcp")} with a number from 1 to 65535 and the type tcp or udp.";
    }

    private static string Item(string number, string type) => $"<ContainerPort Include=\"{number}\" Type=\"{type}\" />";

    /// <summary>
    /// The ports that ASP.NET Core will listen on by the image's environment: those of <c>ASPNETCORE_URLS</c> alone if
    /// it is set, else of <c>ASPNETCORE_HTTP_PORTS</c> and <c>ASPNETCORE_HTTPS_PORTS</c>, as ASP.NET Core itself
    /// prefers.
    /// </summary>
    public static IEnumerable<ContainerPort> OfEnvironment(ImageConfig config)
    {
        var numbers = config.Variable("ASPNETCORE_URLS") is { Length: > 0 } urls
            ? SettingList
                .Parse(urls)
                .Select(url => UrlPort().Match(url))
                .Where(match => match.Success)
                .Select(match => match.Groups[1].Value)
            : SettingList
                .Parse(config.Variable("ASPNETCORE_HTTP_PORTS"))
                .Concat(SettingList.Parse(config.Variable("ASPNETCORE_HTTPS_PORTS")));
        foreach (var number in numbers)
        {
            if (
                int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                && value is >= 1 and <= 65535
            )
                yield return new ContainerPort(value, "tcp");
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Protocol}");

    [GeneratedRegex(@"^\w+://(?:\[[^\]]*\]|[^/:]+):(\d+)(?:/|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex UrlPort();
}
