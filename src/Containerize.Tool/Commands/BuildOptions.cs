using System.CommandLine;

namespace Containerize.Tool.Commands;

/// <summary>The options of <c>containerize build</c>; where <c>docker build</c> has the same thing, it has the same
/// name.</summary>
internal sealed partial class BuildOptions
{
    public Argument<string> Context { get; } =
        CommonOptions.Operand(
            new Argument<string>("context")
            {
                Description = "The folder that COPY takes files from; with --compose a service.",
                Arity = ArgumentArity.ZeroOrOne,
            }
        );

    public Argument<string[]> Services { get; } =
        CommonOptions.Operand(
            new Argument<string[]>("service")
            {
                Description = "With --compose: further services to build; all without a name.",
                Arity = ArgumentArity.ZeroOrMore,
            }
        );

    public Option<string[]> Compose { get; } =
        new("--compose")
        {
            Description = "A Compose file, or a folder with one, whose services are built; several over each other.",
            HelpName = "FILE",
        };

    public Option<string[]> Profiles { get; } =
        new("--profile")
        {
            Description = "With --compose: a profile whose services are built, too.",
            HelpName = "NAME",
        };

    public Option<string[]> Names { get; } =
        new("--tag", "-t")
        {
            Description = "The image's name, as NAME[:TAG]; may be given several times.",
            HelpName = "NAME[:TAG]",
        };

    public Option<string> File { get; } =
        new("--file", "-f")
        {
            Description = "The Dockerfile; CONTEXT/Dockerfile by default, - for standard input.",
            HelpName = "FILE",
        };

    public Option<string> Target { get; } =
        new("--target") { Description = "The stage to build; the last by default.", HelpName = "STAGE" };

    public Option<string[]> Arguments { get; } =
        new("--build-arg")
        {
            Description = "A value for ARG; a name alone takes the environment's.",
            HelpName = "NAME[=VALUE]",
        };

    public Option<string[]> Contexts { get; } =
        new("--build-context")
        {
            Description =
                "What a name stands for in FROM, COPY --from and mounts: a folder, oci-layout://FOLDER[:TAG] "
                + "or docker-image://REFERENCE.",
            HelpName = "NAME=CONTEXT",
        };

    public Option<string[]> Secrets { get; } =
        new("--secret")
        {
            Description = "What RUN --mount=type=secret shows.",
            HelpName = "id=NAME,src=FILE|env=VARIABLE",
        };

    public Option<string[]> Ssh { get; } =
        new("--ssh") { Description = "The agent that RUN --mount=type=ssh shows.", HelpName = "ID[=SOCKET]" };

    public Option<string> Network { get; } =
        new("--network")
        {
            Description =
                "The network of RUN: one of its own with a way out (default), none, or this machine's (host).",
            HelpName = "default|none|host",
            DefaultValueFactory = _ => "default",
        };

    public Option<string[]> Allow { get; } =
        new("--allow") { Description = "What a RUN may ask for: this machine's network.", HelpName = "network.host" };

    public Option<string[]> Hosts { get; } =
        new("--add-host") { Description = "A name in /etc/hosts of every RUN.", HelpName = "NAME:ADDRESS" };

    public Option<string> SharedMemory { get; } =
        new("--shm-size") { Description = "The size of /dev/shm of every RUN.", HelpName = "SIZE" };

    public Option<string[]> Limits { get; } =
        new("--ulimit") { Description = "A limit of the kernel for every RUN.", HelpName = "NAME=SOFT[:HARD]" };

    public Option<string> ControlGroup { get; } =
        new("--cgroup-parent") { Description = "Refused: commands get no control group.", Hidden = true };

    public Option<string[]> Annotations { get; } =
        new("--annotation") { Description = "An annotation of the image's manifest.", HelpName = "NAME=VALUE" };

    public Option<string[]> Labels { get; } =
        new("--label") { Description = "A label of the image.", HelpName = "NAME=VALUE" };

    public Option<string[]> Platforms { get; } =
        new("--platform")
        {
            Description = "What the image is for, several with an index over them; this machine by default.",
            HelpName = "OS/ARCH[/VARIANT]",
        };

    public Option<bool> NoCache { get; } = new("--no-cache") { Description = "Do every step again." };

    public Option<string[]> NoCacheFilter { get; } =
        new("--no-cache-filter")
        {
            Description = "Do the steps of these stages again; several by commas.",
            HelpName = "STAGE",
        };

    public Option<bool> Pull { get; } =
        new("--pull")
        {
            Description =
                "Fetch base images again, also those that are in the cache. Without it a tag is asked what it means.",
        };

    public Option<bool> Offline { get; } =
        new("--offline")
        {
            Description =
                "Fetch neither base images, nor packages, nor what ADD names by a URL: what is not in the "
                + "cache is an error.",
        };

    public Option<bool> Push { get; } =
        new("--push") { Description = "Push the image to the registries in its names." };

    public Option<bool> Load { get; } =
        new("--load") { Description = "Load the image into the engine, as --output type=docker." };

    public Option<string[]> Outputs { get; } =
        new("--output", "-o")
        {
            Description =
                "Where the image goes: oci:FOLDER[:TAG], archive:FILE, daemon:NAME, or "
                + "type=oci|docker|registry|tar|local"
                + "[,dest=PATH][,tar=false]; the files alone are type=tar, type=local, a folder such as ./out, or -. "
                + "A tarball NAME.tar by default.",
            HelpName = "OUTPUT",
        };

    public Option<string> ImageIdFile { get; } =
        new("--iidfile")
        {
            Description =
                "Write the image's id, the digest of its config, to a file; of several platforms the index's digest.",
            HelpName = "FILE",
        };

    public Option<string> MetadataFile { get; } =
        new("--metadata-file")
        {
            Description = "Write digests, descriptor and names to a JSON file, as docker build does.",
            HelpName = "FILE",
        };

    public Option<string> Format { get; } =
        new("--format") { Description = "The family of media types; the base's by default.", HelpName = "oci|docker" };

    public Option<string> Compression { get; } =
        new("--compression") { Description = "How new layers are compressed.", HelpName = "gzip|zstd|none" };

    public Option<string> Progress { get; } =
        new("--progress")
        {
            Description = "How progress is shown; tty is auto, and none is quiet.",
            HelpName = "auto|plain|quiet",
            DefaultValueFactory = _ => "auto",
        };

    public Option<bool> Quiet { get; } =
        new("--quiet", "-q") { Description = "Show no progress, as --progress quiet." };

    public Option<bool> Check { get; } =
        new("--check")
        {
            Description =
                "Only check the Dockerfile (docs/checks) and build nothing; ends with 1 when something was found.",
        };

    public Option<string> Cache { get; } = CacheCommand.Folder();

    public Option<string[]> CacheFrom { get; } =
        new("--cache-from")
        {
            Description = "A cache in a registry whose results of steps are trusted where this machine has none.",
            HelpName = "REFERENCE",
        };

    public Option<string[]> CacheTo { get; } =
        new("--cache-to")
        {
            Description =
                "A cache in a registry that the results of steps are added to: of the last stage, or with mode=max "
                + "of all.",
            HelpName = "REFERENCE[,mode=max]",
        };

    public Option<bool> Json { get; } = CommonOptions.Json();

    public Option<string> Engine { get; } = CommonOptions.Engine();
}
