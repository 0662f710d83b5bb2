using System.Diagnostics.Contracts;
using System.Text.Json.Nodes;

namespace Containerize.Images;

/// <summary>The changes: each returns a copy of this config with one thing different.</summary>
public sealed partial class ImageConfig
{
    /// <summary>A copy with the variable set, at its place if it was there, else at the end.</summary>
    [Pure]
    public ImageConfig WithVariable(string name, string value) =>
        Change(config =>
        {
            var pairs = Environment.ToList();
            var at = pairs.FindIndex(pair => IsSameVariable(pair.Key, name));
            if (at >= 0)
                pairs[at] = new(name, value);
            else
                pairs.Add(new(name, value));
            config["Env"] = OciJson.From(pairs.Select(pair => $"{pair.Key}={pair.Value}"));
        });

    [Pure]
    public ImageConfig WithLabel(string name, string value) => Change(config => Child(config, "Labels")[name] = value);

    /// <summary>A copy with the port, such as <c>8080/tcp</c>, exposed.</summary>
    [Pure]
    public ImageConfig WithExposedPort(string port) =>
        Change(config => Child(config, "ExposedPorts")[port] = new JsonObject());

    [Pure]
    public ImageConfig WithVolume(string path) => Change(config => Child(config, "Volumes")[path] = new JsonObject());

    [Pure]
    public ImageConfig WithUser(string user) => Change(config => config["User"] = user);

    [Pure]
    public ImageConfig WithWorkingDirectory(string path) => Change(config => config["WorkingDir"] = path);

    [Pure]
    public ImageConfig WithStopSignal(string signal) => Change(config => config["StopSignal"] = signal);

    /// <summary>A copy with the health check (moby/docker-image-spec, <c>Healthcheck</c>; times in
    /// nanoseconds).</summary>
    [Pure]
    public ImageConfig WithHealthcheck(Healthcheck healthcheck) =>
        Change(config => config["Healthcheck"] = healthcheck.ToJson());

    /// <summary>A copy with the entrypoint; an empty one removes it.</summary>
    [Pure]
    public ImageConfig WithEntrypoint(IReadOnlyCollection<string> words) =>
        Change(config => SetList(config, "Entrypoint", words));

    /// <summary>A copy with the default arguments; an empty list removes them.</summary>
    [Pure]
    public ImageConfig WithCmd(IReadOnlyCollection<string> words) => Change(config => SetList(config, "Cmd", words));

    /// <summary>A copy with the shell that lines of a Dockerfile are run by (moby/docker-image-spec,
    /// <c>Shell</c>).</summary>
    [Pure]
    public ImageConfig WithShell(IReadOnlyCollection<string> words) =>
        Change(config => SetList(config, "Shell", words));

    /// <summary>A copy with the instructions that a build upon the image does first (moby/docker-image-spec,
    /// <c>OnBuild</c>).</summary>
    [Pure]
    public ImageConfig WithOnBuild(IReadOnlyCollection<string> triggers) =>
        Change(config => SetList(config, "OnBuild", triggers));

    /// <summary>A copy with the name of who made the image.</summary>
    [Pure]
    public ImageConfig WithAuthor(string author) => ChangeDocument(json => json["author"] = author);

    /// <summary>A copy that is for another platform; what the platform does not say of the variant and the version of
    /// the same operating system and processor stays.</summary>
    [Pure]
    public ImageConfig WithPlatform(Platform platform) =>
        ChangeDocument(json =>
        {
            if (Platform.Os != platform.Os || Platform.Architecture != platform.Architecture)
            {
                json.Remove("variant");
                json.Remove("os.version");
                json.Remove("os.features");
            }

            foreach (var (name, value) in platform.ToJson())
                json[name] = value?.DeepClone();
        });

    /// <summary>A copy with the time of the image's making.</summary>
    [Pure]
    public ImageConfig WithCreated(DateTimeOffset time) =>
        ChangeDocument(json => json["created"] = History.Format(time));

    /// <summary>A copy with an instruction added to the history that made no layer.</summary>
    [Pure]
    public ImageConfig WithHistory(DateTimeOffset created, string createdBy) =>
        ChangeDocument(json => AppendHistory(json, new History(created, createdBy, EmptyLayer: true)));

    /// <summary>A copy with one more layer on top, and the instruction that made it.</summary>
    [Pure]
    public ImageConfig WithLayer(Digest diffId, DateTimeOffset created, string createdBy) =>
        ChangeDocument(json =>
        {
            PadHistory(json, created);
            ((JsonArray)json["rootfs"]!["diff_ids"]!).Add((JsonNode)diffId.ToString());
            AppendHistory(json, new History(created, createdBy, EmptyLayer: false));
        });

    private ImageConfig Change(Action<JsonObject> change) => ChangeDocument(json => change(Child(json, "config")));

    private ImageConfig ChangeDocument(Action<JsonObject> change)
    {
        var json = (JsonObject)_json.DeepClone();
        change(json);
        return new ImageConfig(json);
    }

    // Registries such as Artifactory compare the number of entries with that of layers, of which bases often have none;
    // and readers fall over an entry without a time.
    private static void PadHistory(JsonObject json, DateTimeOffset created)
    {
        foreach (
            var entry in (json["history"] as JsonArray ?? [])
                .OfType<JsonObject>()
                .Where(entry => OciJson.Text(entry["created"]) is null)
        )
            entry["created"] = History.Format(created);
        var missing =
            ((JsonArray)json["rootfs"]!["diff_ids"]!).Count
            - (json["history"] as JsonArray ?? []).Count(entry => !IsEmptyLayer(entry));
        for (; missing > 0; missing--)
            AppendHistory(json, new History(created, "a layer of the base image", EmptyLayer: false));
    }

    private static void AppendHistory(JsonObject json, History entry)
    {
        if (json["history"] is not JsonArray entries)
            json["history"] = entries = [];
        entries.Add((JsonNode)entry.ToJson());
    }

    private static JsonObject Child(JsonObject json, string name)
    {
        if (json[name] is not JsonObject child)
            json[name] = child = [];
        return child;
    }

    private static void SetList(JsonObject config, string name, IReadOnlyCollection<string> words)
    {
        if (words.Count == 0)
            config.Remove(name);
        else
            config[name] = OciJson.From(words);
    }
}
