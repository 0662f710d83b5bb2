namespace Containerize.Images;

/// <summary>
/// The members of the documents, with the kinds that image-spec and moby/docker-image-spec give them, and so the
/// engines.
/// </summary>
internal static class DocumentShapes
{
    private static readonly JsonShape Text = JsonShape.Text;

    private static readonly JsonShape Platform = JsonShape.Object(
        new()
        {
            ["architecture"] = Text,
            ["os"] = Text,
            ["os.version"] = Text,
            ["os.features"] = JsonShape.Texts,
            ["variant"] = Text,
        }
    );

    /// <summary>A descriptor (image-spec, descriptor.md).</summary>
    public static JsonShape Descriptor { get; } =
        JsonShape.Object(
            new()
            {
                ["mediaType"] = Text,
                ["digest"] = Text,
                ["size"] = JsonShape.Number,
                ["urls"] = JsonShape.Texts,
                ["annotations"] = JsonShape.TextMap,
                ["data"] = Text,
                ["artifactType"] = Text,
                ["platform"] = Platform,
            }
        );

    /// <summary>A manifest (image-spec, manifest.md).</summary>
    public static JsonShape Manifest { get; } =
        JsonShape.Object(
            new()
            {
                ["schemaVersion"] = JsonShape.Number,
                ["mediaType"] = Text,
                ["artifactType"] = Text,
                ["config"] = Descriptor,
                ["layers"] = JsonShape.ListOf(Descriptor),
                ["subject"] = Descriptor,
                ["annotations"] = JsonShape.TextMap,
            }
        );

    /// <summary>An index (image-spec, image-index.md).</summary>
    public static JsonShape Index { get; } =
        JsonShape.Object(
            new()
            {
                ["schemaVersion"] = JsonShape.Number,
                ["mediaType"] = Text,
                ["artifactType"] = Text,
                ["manifests"] = JsonShape.ListOf(Descriptor),
                ["subject"] = Descriptor,
                ["annotations"] = JsonShape.TextMap,
            }
        );

    /// <summary>A config (image-spec, config.md; moby/docker-image-spec).</summary>
    public static JsonShape Config { get; } =
        JsonShape.Object(
            new()
            {
                ["created"] = Text,
                ["author"] = Text,
                ["architecture"] = Text,
                ["variant"] = Text,
                ["os"] = Text,
                ["os.version"] = Text,
                ["os.features"] = JsonShape.Texts,
                ["comment"] = Text,
                ["parent"] = Text,
                ["docker_version"] = Text,
                ["config"] = Container,
                ["rootfs"] = JsonShape.Object(new() { ["type"] = Text, ["diff_ids"] = JsonShape.Texts }),
                ["history"] = JsonShape.ListOf(
                    JsonShape.Object(
                        new()
                        {
                            ["created"] = Text,
                            ["created_by"] = Text,
                            ["author"] = Text,
                            ["comment"] = Text,
                            ["empty_layer"] = JsonShape.Flag,
                        }
                    )
                ),
            }
        );

    /// <summary>An entry of a docker archive's <c>manifest.json</c> (moby, image/tarexport).</summary>
    public static JsonShape ArchiveItem { get; } =
        JsonShape.Object(
            new()
            {
                ["Config"] = Text,
                ["RepoTags"] = JsonShape.Texts,
                ["Layers"] = JsonShape.Texts,
            }
        );

    // How a container is started. Docker itself takes one text for Cmd, Entrypoint and Shell; OCI's readers do not.
    private static JsonShape Container =>
        JsonShape.Object(
            new()
            {
                ["User"] = Text,
                ["ExposedPorts"] = JsonShape.Set,
                ["Env"] = JsonShape.Texts,
                ["Entrypoint"] = JsonShape.Texts,
                ["Cmd"] = JsonShape.Texts,
                ["Volumes"] = JsonShape.Set,
                ["WorkingDir"] = Text,
                ["Labels"] = JsonShape.TextMap,
                ["StopSignal"] = Text,
                ["StopTimeout"] = JsonShape.Number,
                ["ArgsEscaped"] = JsonShape.Flag,
                ["Shell"] = JsonShape.Texts,
                ["OnBuild"] = JsonShape.Texts,
                ["Hostname"] = Text,
                ["Domainname"] = Text,
                ["Image"] = Text,
                ["MacAddress"] = Text,
                ["NetworkDisabled"] = JsonShape.Flag,
                ["AttachStdin"] = JsonShape.Flag,
                ["AttachStdout"] = JsonShape.Flag,
                ["AttachStderr"] = JsonShape.Flag,
                ["Tty"] = JsonShape.Flag,
                ["OpenStdin"] = JsonShape.Flag,
                ["StdinOnce"] = JsonShape.Flag,
                ["Healthcheck"] = JsonShape.Object(
                    new()
                    {
                        ["Test"] = JsonShape.Texts,
                        ["Interval"] = JsonShape.Number,
                        ["Timeout"] = JsonShape.Number,
                        ["StartPeriod"] = JsonShape.Number,
                        ["StartInterval"] = JsonShape.Number,
                        ["Retries"] = JsonShape.Number,
                    }
                ),
            }
        );
}
