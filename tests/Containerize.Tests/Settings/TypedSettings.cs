namespace Containerize.Tests.Settings;

/// <summary>What people type by mistake, and the answers.</summary>
internal static class TypedSettings
{
    public const string Plan = "ContainerizePlan";
    public const string Image = "_ContainerizeImage";
    public const string Switch = "_ContainerizeCheckSwitch";

    // The target that is run, what the project says, and the answer.
    public static readonly (string Target, string Xml, string Code, string Text)[] Rows =
    [
        (Plan, Property("ContainerRegistry", "127.0.0.1:99999"), "error CTZ0001", "has the port 99999"),
        (Plan, Property("ContainerRegistry", "[:::]:5000"), "error CTZ0001", "'[:::]' for an IPv6 address"),
        (
            Plan,
            Property("ContainerBaseImage", "[1::2::3]:5000/acme/base"),
            "error CTZ0001",
            "'[1::2::3]' for an IPv6 address"
        ),
        (Plan, Property("ContainerBaseImage", "127.0.0.1:65536/acme/base:1"), "error CTZ0001", "has the port 65536"),
        (
            Plan,
            Property("ContainerRepository", "acme/shop:1.0"),
            "error CTZ0199",
            "Set ContainerImageTag to '1.0' and ContainerRepository to 'acme/shop'."
        ),
        (
            Plan,
            Property("ContainerRepository", "127.0.0.1:5555/acme/shop"),
            "error CTZ0199",
            "Set ContainerRegistry to '127.0.0.1:5555' and ContainerRepository to 'acme/shop'."
        ),
        (
            Plan,
            Property("ContainerRepository", "ghcr.io/acme/app"),
            "error CTZ0199",
            "Set ContainerRegistry to 'ghcr.io' and ContainerRepository to 'acme/app'."
        ),
        (
            Plan,
            Property("ContainerRepository", "Acme/My Shop"),
            "warning CTZ0200",
            "the image is called 'acme/my-shop'"
        ),
        (
            Plan,
            Property("ContainerImageTags", "1.0,latest"),
            "error CTZ0003",
            "Between the tags of ContainerImageTags stands ';': '1.0;latest'."
        ),
        (Plan, Property("ContainerPackages", "tzdata%3Bca-certificates"), "", "packages: tzdata, ca-certificates"),
        (Plan, Property("ContainerOciLayoutPath", "sub/../out"), "", "/Typed/out"),
        (
            Plan,
            Property("ContainerLockFile", "missing.json"),
            "error CTZ0201",
            "/missing.json', and there is no such file"
        ),
        (
            Plan,
            Property("ContainerPlanOnly", "ja"),
            "error CTZ0203",
            "ContainerPlanOnly is 'ja'. Set it to 'true' or 'false'."
        ),
        (Image, Property("ContainerPlanOnly", "yes"), "error CTZ0203", "ContainerPlanOnly is 'yes'."),
        (Image, Property("ContainerizeMapPaths", "never"), "error CTZ0203", "ContainerizeMapPaths is 'never'."),
        (Image, Property("ContainerOffline", "yess"), "error CTZ0203", "ContainerOffline is 'yess'."),
        (Image, Property("ContainerUpdateLock", "1"), "error CTZ0203", "ContainerUpdateLock is '1'."),
        (Image, Property("ContainerPublishInParallel", "off"), "error CTZ0203", "ContainerPublishInParallel is 'off'."),
        (Image, Property("ContainerGenerateLabels", "no"), "error CTZ0203", "ContainerGenerateLabels is 'no'."),
        (
            Image,
            Property("ContainerGenerateLabelsImageTitle", "nein"),
            "error CTZ0203",
            "ContainerGenerateLabelsImageTitle is 'nein'."
        ),
        (Switch, Property("Containerize", "yes"), "error CTZ0203", "Containerize is 'yes'."),
        (
            Switch,
            Property("Containerise", "true"),
            "warning CTZ0204",
            "'Containerise' is not known and does nothing. Did you mean 'Containerize'?"
        ),
        (Plan, Item("ContainerPort", "8080:80"), "error CTZ0051", "'docker run -p 8080:80' chooses"),
        (Plan, Item("ContainerPort", "80/tcp/tcp"), "error CTZ0051", "ContainerPort is '80/tcp/tcp'."),
        (Plan, Item("ContainerPort", "53/udp"), "error CTZ0051", "<ContainerPort Include=\"53\" Type=\"udp\" />"),
        (
            Plan,
            Item("ContainerEnvironmentVariable", "A=B"),
            "warning CTZ0052",
            "<ContainerEnvironmentVariable Include=\"A\" Value=\"…\" />"
        ),
        (Plan, Property("ContainerWorkingDirectory", "app"), "error CTZ0010", "ContainerWorkingDirectory is 'app'."),
        (
            Plan,
            Property("ContainerStopSignal", "SIGTREM"),
            "error CTZ0015",
            "ContainerStopSignal: 'SIGTREM' is no signal. Did you mean 'SIGTERM'?"
        ),
        (Plan, Property("ContainerRuntimeIdentifier", "linux-amd64"), "error CTZ0042", "Did you mean 'linux-x64'?"),
        (
            Plan,
            Property("RuntimeIdentifiers", "win-x64;linux-x64"),
            "error CTZ0202",
            "set ContainerRuntimeIdentifiers to the ones for containers"
        ),
        (
            Plan,
            Property("RuntimeIdentifiers", "linux-x64;osx-arm64;any"),
            "error CTZ0042",
            "set ContainerRuntimeIdentifiers to the ones for containers"
        ),
        (
            Plan,
            Property("RuntimeIdentifiers", "linux-x64;linux-arm64;linux-musl-x64"),
            "error CTZ0043",
            "set ContainerRuntimeIdentifiers to the ones for containers"
        ),
        (
            Plan,
            Property("RuntimeIdentifier", "linux-x64") + Property("ContainerRuntimeIdentifier", "linux-arm64"),
            "error CTZ0047",
            "ContainerRuntimeIdentifier has 'linux-arm64'"
        ),
        (Image, Property("TargetFileName", "Other.dll"), "error CTZ0196", "would start '/app/Other.dll'"),
        (
            Image,
            Property("SelfContained", "true") + Property("ContainerRuntimeIdentifier", "linux-musl-x64"),
            "error CTZ0197",
            "is linked with glibc"
        ),
        (
            Image,
            Property("SelfContained", "true")
                + Property("ContainerRuntimeIdentifier", "linux-arm64")
                + Property("ContainerBaseImage", "scratch"),
            "error CTZ0197",
            "is a program for amd64, while the image is for linux/arm64"
        ),
        (
            Image,
            Property("SelfContained", "true")
                + Property("ContainerRuntimeIdentifier", "win-x64")
                + Property("ContainerBaseImage", "scratch"),
            "error CTZ0196",
            "has no 'Typed.exe'"
        ),
        (
            Image,
            Property("ContainerBaseImage", "scratch"),
            "warning CTZ0198",
            "without the .NET runtime, and the base image 'scratch' has none"
        ),
        (
            Image,
            Property("SelfContained", "true") + Property("ContainerBaseImage", "scratch"),
            "warning CTZ0198",
            "needs the C library with its loader"
        ),
        (Image, Property("PublishSingleFile", "true"), "", "Container image docker.io/library/typed:latest"),
        (
            Plan,
            Property("ContainerRepository", "https://ghcr.io/acme/shop"),
            "error CTZ0199",
            "Set ContainerRegistry to 'ghcr.io' and ContainerRepository to 'acme/shop'."
        ),
        (Image, Property("ContainerBaseImage", "docker://alpine"), "error CTZ0001", "Write 'alpine'."),
        (Image, Property("ContainerBaseImage", "docker-daemon:alpine"), "error CTZ0001", "Write 'daemon:alpine'."),
        (Image, Property("ContainerBaseImage", "oci-archive:base.tar"), "error CTZ0001", "Write 'archive:base.tar'."),
        (Image, Property("ContainerBaseImage", "./base.tar"), "error CTZ0001", "Write 'archive:./base.tar'"),
        (Image, Property("ContainerBaseImage", "SCRATCH"), "error CTZ0001", "Write 'scratch'."),
        (
            Image,
            Property("ContainerRuntimeIdentifiers", "linux-x64,linux-arm64"),
            "error CTZ0042",
            "Between several stands ';'."
        ),
        (Image, Property("ContainerArchiveOutputPath", "~/shop.tar"), "error CTZ0390", "Write '$HOME/shop.tar'"),
        (Image, Property("ContainerOciLayoutPath", "oci:out"), "error CTZ0390", "Write 'out'."),
        (
            Image,
            Property("ContainerHealthcheckCommand", "CMD curl http://localhost"),
            "error CTZ0054",
            "Write the line for the shell alone"
        ),
        (Image, Item("ContainerVolume", "/data:/data"), "error CTZ0053", "'docker run -v /data:/data'"),
        (Image, Item("ContainerVolume", "/"), "error CTZ0053", "is the root, which no engine mounts anything over"),
        (
            Image,
            Item("ContainerAppCommand", "dotnet Typed.dll"),
            "error CTZ0391",
            "<ContainerAppCommand Include=\"dotnet;…\" />"
        ),
        (
            Image,
            Item("ContainerEntrypoint", "Typed"),
            "error CTZ0391",
            "<ContainerEntrypoint Include=\"/app/Typed\" />"
        ),
        (Image, Item("ContainerLabel", "a=b"), "warning CTZ0393", "<ContainerLabel Include=\"a\" Value=\"…\" />"),
        (Image, Property("ContainerFamily", "alpine"), "warning CTZ0392", "ContainerFamily has no effect"),
        (
            Image,
            Property("ContainerDockerfileTarget", "x"),
            "warning CTZ0392",
            "ContainerDockerfileTarget has no effect: ContainerDockerfile is not set"
        ),
        (
            Image,
            "<ItemGroup><ContainerFile Include=\"Program.cs\" TargetPath=\"../x\" /></ItemGroup>",
            "error CTZ0058",
            "ContainerFile 'Program.cs': TargetPath='../x'"
        ),
        (Plan, Property("ContainerUser", ":0"), "error CTZ0450", "no user stands before ':'"),
        (
            Image,
            Item("ContainerEnvironmentVariable", "A"),
            "warning CTZ0451",
            "<ContainerEnvironmentVariable Include=\"A\" Value=\"…\" />"
        ),
        (Image, Property("ContainerCacheDirectory", "Program.cs"), "error CTZ0452", "/Typed/Program.cs' is a file"),
        (
            Plan,
            Property("ContainerArchiveOutputPath", "shop.tar.gz"),
            "warning CTZ0453",
            "the tarball is not compressed"
        ),
    ];

    public static string Property(string name, string value) =>
        $"<PropertyGroup><{name}>{value}</{name}></PropertyGroup>";

    public static string Item(string kind, string include) =>
        $"<ItemGroup><{kind} Include=\"{include}\" /></ItemGroup>";
}
