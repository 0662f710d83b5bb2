namespace Containerize.Diagnostics;

// The codes of images: settings of a project, bases, registries.
public static partial class DiagnosticTable
{
    public static readonly Diagnostic InvalidReference = new("CTZ0001", "The image reference cannot be parsed");
    public static readonly Diagnostic InvalidRepository = new("CTZ0002", "The repository name is not valid");
    public static readonly Diagnostic InvalidTag = new("CTZ0003", "The tag is not valid");
    public static readonly Diagnostic TagAndTags = new(
        "CTZ0004",
        "Both ContainerImageTag and ContainerImageTags are set"
    );
    public static readonly Diagnostic NotContainerizable = new("CTZ0005", "This project cannot be containerized");
    public static readonly Diagnostic PublishFolderEmpty = new("CTZ0006", "The publish folder is missing or empty");
    public static readonly Diagnostic OutputNotWritable = new("CTZ0007", "The output cannot be written");
    public static readonly Diagnostic OutputInsidePublishFolder = new(
        "CTZ0008",
        "The output lies inside the publish folder"
    );
    public static readonly Diagnostic WhiteoutName = new("CTZ0009", "A file name begins with .wh.");
    public static readonly Diagnostic InvalidPath = new("CTZ0010", "The path cannot be stored in a layer");
    public static readonly Diagnostic LinkLeavesFolder = new("CTZ0011", "A symbolic link leaves the publish folder");
    public static readonly Diagnostic FileChanged = new("CTZ0012", "A file vanished or changed during the run");
    public static readonly Diagnostic LinkDangles = new("CTZ0013", "A symbolic link points at nothing");
    public static readonly Diagnostic FileUnreadable = new("CTZ0014", "A file cannot be read");
    public static readonly Diagnostic InvalidSetting = new("CTZ0015", "A setting has a value that means nothing");
    public static readonly Diagnostic SdkTooOld = new("CTZ0016", "The .NET SDK or MSBuild is too old");

    public static readonly Diagnostic ImageNotFound = new("CTZ0020", "The image does not exist");
    public static readonly Diagnostic PlatformMissing = new("CTZ0021", "The image does not exist for this platform");
    public static readonly Diagnostic DigestMismatch = new(
        "CTZ0022",
        "The content does not have the digest it should have"
    );
    public static readonly Diagnostic SizeMismatch = new(
        "CTZ0023",
        "The content does not have the size it should have"
    );
    public static readonly Diagnostic InvalidManifest = new("CTZ0024", "The manifest or configuration is not valid");
    public static readonly Diagnostic InvalidLayout = new("CTZ0025", "The folder is not an OCI image layout");
    public static readonly Diagnostic InvalidArchive = new("CTZ0026", "The file is not an image tarball");
    public static readonly Diagnostic SeveralImages = new("CTZ0027", "Several images fit and none is chosen");

    public static readonly Diagnostic RegistryUnreachable = new("CTZ0030", "The registry cannot be reached");
    public static readonly Diagnostic RegistryRefused = new("CTZ0031", "The registry refused the request");
    public static readonly Diagnostic Unauthorized = new(
        "CTZ0032",
        "The registry wants credentials or does not accept them"
    );
    public static readonly Diagnostic CredentialsWithheld = new("CTZ0033", "Credentials were not sent over plain HTTP");
    public static readonly Diagnostic UnsafeTarget = new(
        "CTZ0034",
        "The registry leads to a place that is not followed"
    );
    public static readonly Diagnostic CertificateNotTrusted = new(
        "CTZ0035",
        "The registry's certificate is not trusted"
    );
    public static readonly Diagnostic TransferStalled = new("CTZ0036", "Nothing moved for too long");
    public static readonly Diagnostic NotARegistry = new("CTZ0037", "The answer is not one of a registry");
    public static readonly Diagnostic RegistryBlocked = new("CTZ0038", "The registry is blocked on this machine");

    public static readonly Diagnostic EngineFailed = new(
        "CTZ0029",
        "The container engine does not take or give the image"
    );

    public static readonly Diagnostic BaseNotInferred = new("CTZ0040", "The base image cannot be inferred");
    public static readonly Diagnostic MixedLibc = new("CTZ0041", "Runtime identifiers with and without musl are mixed");
    public static readonly Diagnostic UnknownPlatform = new(
        "CTZ0042",
        "The runtime identifier names no known platform"
    );
    public static readonly Diagnostic PlatformTwice = new("CTZ0043", "Two images are for one platform");
    public static readonly Diagnostic FrameworkMissing = new(
        "CTZ0044",
        "The project has several target frameworks and none is chosen"
    );
    public static readonly Diagnostic CommitUnknown = new("CTZ0045", "The time of the commit is not known");
    public static readonly Diagnostic NameTwice = new(
        "CTZ0046",
        "Two projects of the solution make an image of one name"
    );
    public static readonly Diagnostic PlatformNotRestored = new(
        "CTZ0047",
        "The project was restored without a platform that it is published for"
    );

    public static readonly Diagnostic InvalidEntrypoint = new(
        "CTZ0050",
        "The entrypoint settings contradict each other"
    );
    public static readonly Diagnostic InvalidPort = new("CTZ0051", "The port is not valid");
    public static readonly Diagnostic InvalidVariable = new("CTZ0052", "The environment variable's name is not valid");
    public static readonly Diagnostic InvalidVolume = new("CTZ0053", "The volume is not an absolute path");
    public static readonly Diagnostic InvalidHealthcheck = new("CTZ0054", "The health check is not valid");
    public static readonly Diagnostic HealthcheckInOci = new("CTZ0055", "OCI images have no health check");
    public static readonly Diagnostic EmptyLayer = new("CTZ0056", "A ContainerLayer matches no file");
    public static readonly Diagnostic InvalidLayer = new("CTZ0057", "A ContainerLayer is not valid");
    public static readonly Diagnostic InvalidFile = new("CTZ0058", "A ContainerFile is not valid");
    public static readonly Diagnostic ZstdTarball = new("CTZ0059", "Classic Docker cannot load this tarball");

    public static readonly Diagnostic InvalidUser = new("CTZ0450", "The container's user is not valid");
    public static readonly Diagnostic ValueMissing = new("CTZ0451", "An item has no value");
    public static readonly Diagnostic CacheIsFile = new("CTZ0452", "The cache is a file");
    public static readonly Diagnostic TarballUncompressed = new(
        "CTZ0453",
        "The tarball is not compressed as its name says"
    );

    public static readonly Diagnostic VolumeFolder = new("CTZ0190", "The folder of a volume is not valid");

    public static readonly Diagnostic ForeignLibraries = new(
        "CTZ0191",
        "Native libraries of other platforms are in the image"
    );

    public static readonly Diagnostic InvalidAuthFile = new("CTZ0060", "The file with credentials cannot be read");
    public static readonly Diagnostic CredentialHelperFailed = new("CTZ0061", "The credential helper cannot be used");
    public static readonly Diagnostic InvalidCertificate = new(
        "CTZ0062",
        "The certificate for a registry cannot be used"
    );
    public static readonly Diagnostic InvalidRegistriesConf = new("CTZ0063", "The registries.conf cannot be used");
}
