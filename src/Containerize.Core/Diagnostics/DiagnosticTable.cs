using System.Collections.Immutable;
using System.Reflection;

namespace Containerize.Diagnostics;

/// <summary>Every coded problem, in one table. Each has a page of the same name in <c>docs/diagnostics</c>.</summary>
public static class DiagnosticTable
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

    public static readonly Diagnostic PackageSourceInvalid = new("CTZ0070", "The package source cannot be understood");
    public static readonly Diagnostic PackageSourceMissing = new("CTZ0071", "There is no package source");
    public static readonly Diagnostic PackageSourceUnreachable = new("CTZ0072", "The package source cannot be reached");
    public static readonly Diagnostic ReleaseUntrusted = new(
        "CTZ0073",
        "The package source is not signed by a trusted key"
    );
    public static readonly Diagnostic ReleaseExpired = new("CTZ0074", "The package source's release has expired");
    public static readonly Diagnostic KeyringUnreadable = new(
        "CTZ0075",
        "The keyring of a package source cannot be read"
    );
    public static readonly Diagnostic PackageTampered = new(
        "CTZ0076",
        "What the package source sent is not what its release says"
    );
    public static readonly Diagnostic PackageIndexMissing = new("CTZ0077", "The package source has no such index");
    public static readonly Diagnostic PackageIndexInvalid = new(
        "CTZ0078",
        "A package index or package record cannot be parsed"
    );
    public static readonly Diagnostic PackageUnknown = new("CTZ0079", "No package source has the package");
    public static readonly Diagnostic PackageVersionMissing = new(
        "CTZ0080",
        "No package source has the version of the package"
    );
    public static readonly Diagnostic DependencyUnmet = new(
        "CTZ0081",
        "A package needs something that no package source has"
    );
    public static readonly Diagnostic PackageConflict = new("CTZ0082", "Two packages cannot be installed together");
    public static readonly Diagnostic DistributionMismatch = new(
        "CTZ0083",
        "The base image and the package source are of different distributions"
    );
    public static readonly Diagnostic PackageInvalid = new("CTZ0084", "The package file is damaged");
    public static readonly Diagnostic PackageEntryRefused = new(
        "CTZ0085",
        "A package holds an entry that no layer may hold"
    );
    public static readonly Diagnostic PackageFileConflict = new("CTZ0086", "Two packages hold the same file");
    public static readonly Diagnostic PackageScriptsNotRun = new(
        "CTZ0087",
        "Maintainer scripts of packages were not run"
    );
    public static readonly Diagnostic LockedPackageGone = new("CTZ0088", "A locked package is gone from its source");
    public static readonly Diagnostic LockFileInvalid = new("CTZ0089", "The lock file cannot be read");
    public static readonly Diagnostic LockFileStale = new("CTZ0090", "The lock file does not fit the project");
    public static readonly Diagnostic PackageOffline = new(
        "CTZ0091",
        "Something is needed that is not in the cache, and ContainerOffline is set"
    );
    public static readonly Diagnostic PackagePlatform = new(
        "CTZ0092",
        "There are no operating-system packages for the platform"
    );
    public static readonly Diagnostic PackagesBaseNeedsRuntime = new(
        "CTZ0093",
        "The base of packages has no .NET runtime"
    );
    public static readonly Diagnostic CertificateInvalid = new(
        "CTZ0094",
        "A file of trusted certificates holds no certificate"
    );

    public static readonly Diagnostic PipelineOutputNotWritten = new(
        "CTZ0100",
        "The outputs of the pipeline's step were not written"
    );
    public static readonly Diagnostic NotReproducible = new("CTZ0101", "Two publishes of the project give two images");
    public static readonly Diagnostic VerifyFailed = new("CTZ0102", "The project cannot be verified");

    public static readonly Diagnostic BaseTriggersNotRun = new(
        "CTZ0105",
        "The base image has ONBUILD triggers, which were not run"
    );
    public static readonly Diagnostic BaseEntrypointReplaced = new(
        "CTZ0106",
        "The base image's entrypoint is replaced"
    );
    public static readonly Diagnostic UserUnknown = new("CTZ0107", "The image does not know the user");
    public static readonly Diagnostic BaseChanged = new("CTZ0108", "The base image changed during the run");
    public static readonly Diagnostic BaseOffline = new(
        "CTZ0113",
        "The base image is not in the cache, and ContainerOffline is set"
    );

    public static readonly Diagnostic DockerfileUnreadable = new(
        "CTZ0120",
        "The Dockerfile or its context cannot be read"
    );
    public static readonly Diagnostic UnknownInstruction = new(
        "CTZ0121",
        "A line of the Dockerfile begins with no instruction"
    );
    public static readonly Diagnostic DockerfileSyntax = new(
        "CTZ0122",
        "An instruction of the Dockerfile cannot be understood"
    );
    public static readonly Diagnostic HeredocUnclosed = new("CTZ0123", "A text in the Dockerfile does not end");
    public static readonly Diagnostic InvalidJsonForm = new(
        "CTZ0124",
        "A list of words in the Dockerfile is not valid"
    );
    public static readonly Diagnostic InvalidExpansion = new(
        "CTZ0125",
        "Quotes or variables in the Dockerfile cannot be understood"
    );
    public static readonly Diagnostic VariableRequired = new(
        "CTZ0126",
        "A variable that the Dockerfile needs has no value"
    );
    public static readonly Diagnostic UnknownStage = new("CTZ0127", "The Dockerfile has no such stage");
    public static readonly Diagnostic StageCycle = new("CTZ0128", "A stage of the Dockerfile needs itself");
    public static readonly Diagnostic CopySourceMissing = new("CTZ0129", "What COPY or ADD names does not exist");
    public static readonly Diagnostic CopyOutsideContext = new(
        "CTZ0130",
        "What COPY or ADD names lies outside the context"
    );
    public static readonly Diagnostic CopyRefused = new("CTZ0131", "COPY or ADD cannot put it there");
    public static readonly Diagnostic UnknownOwner = new("CTZ0132", "The image has no such user or group");
    public static readonly Diagnostic AddUrlFailed = new("CTZ0133", "ADD cannot fetch the file");
    public static readonly Diagnostic AddChecksum = new("CTZ0134", "ADD fetched something else than its checksum says");
    public static readonly Diagnostic DockerfileUnsupported = new(
        "CTZ0135",
        "The Dockerfile asks for what this builder does not do"
    );
    public static readonly Diagnostic CachedLayerDamaged = new("CTZ0136", "A layer in the cache is damaged");
    public static readonly Diagnostic SecretMissing = new(
        "CTZ0137",
        "A secret that the Dockerfile needs was not given"
    );
    public static readonly Diagnostic DockerfileSuspicious = new(
        "CTZ0138",
        "Something in the Dockerfile is probably not what was meant"
    );

    public static readonly Diagnostic LayerEntryRefused = new(
        "CTZ0140",
        "A layer of the image holds an entry that no layer may hold"
    );
    public static readonly Diagnostic LinksWithoutEnd = new("CTZ0141", "Symbolic links of the image lead in a circle");
    public static readonly Diagnostic RunnerMissing = new("CTZ0142", "Nothing on this machine can execute RUN");
    public static readonly Diagnostic RunnerFailed = new(
        "CTZ0143",
        "The files or mounts for a RUN cannot be put together"
    );
    public static readonly Diagnostic RunFailed = new("CTZ0144", "The command of a RUN failed");
    public static readonly Diagnostic RunUserUnknown = new(
        "CTZ0145",
        "The image does not know the user that a RUN is to run as"
    );
    public static readonly Diagnostic RunMountInvalid = new("CTZ0146", "A mount of a RUN cannot be made");

    public static readonly Diagnostic InvalidPlatform = new("CTZ0150", "The platform cannot be parsed");
    public static readonly Diagnostic InvalidOutput = new("CTZ0151", "The output is not valid");
    public static readonly Diagnostic NotAnImage = new("CTZ0152", "What the name stands for is no image");
    public static readonly Diagnostic PublishNames = new("CTZ0153", "A publish makes an image of one name");
    public static readonly Diagnostic InvalidSecret = new("CTZ0154", "The secret is not valid");
    public static readonly Diagnostic SdkMissing = new("CTZ0155", "The .NET SDK cannot be started");
    public static readonly Diagnostic FolderRefused = new("CTZ0156", "A folder cannot take the files of the image");

    public static readonly Diagnostic RunValueRefused = new("CTZ0160", "A RUN cannot be given a value");
    public static readonly Diagnostic RunFolderRefused = new(
        "CTZ0161",
        "The image has no folder where a RUN needs one"
    );
    public static readonly Diagnostic HostNetworkRefused = new(
        "CTZ0162",
        "A RUN asks for the machine's network without permission"
    );
    public static readonly Diagnostic CacheRefused = new("CTZ0165", "The cache would become a part of the image");
    public static readonly Diagnostic TemporaryFolderRefused = new(
        "CTZ0166",
        "No folder for temporary files can be made"
    );
    public static readonly Diagnostic ItemLost = new("CTZ0175", "An item was taken for a pattern of files");
    public static readonly Diagnostic ReleaseFromFuture = new(
        "CTZ0176",
        "The package source's release is from the future"
    );
    public static readonly Diagnostic DiskFull = new("CTZ0177", "There is no room on the disk");

    public static readonly Diagnostic MachinePath = new("CTZ0180", "Published code holds a folder of this machine");
    public static readonly Diagnostic OutputIsInput = new("CTZ0185", "An output of the run is one of its inputs");
    public static readonly Diagnostic BrowserApp = new(
        "CTZ0186",
        "An app for browsers has nothing to run in a container"
    );

    public static readonly Diagnostic PublishedForOther = new(
        "CTZ0195",
        "The project is published for another platform than its image"
    );
    public static readonly Diagnostic CommandMissing = new(
        "CTZ0196",
        "The container's command is not among the published files"
    );
    public static readonly Diagnostic ProgramUnfit = new(
        "CTZ0197",
        "The published program is for another platform than the image"
    );
    public static readonly Diagnostic BaseUnfit = new("CTZ0198", "The base image does not have what the app needs");
    public static readonly Diagnostic RepositoryWithMore = new("CTZ0199", "The repository holds a tag or a registry");
    public static readonly Diagnostic RepositoryChanged = new("CTZ0200", "The repository's name was made a valid one");
    public static readonly Diagnostic LockFileMissing = new("CTZ0201", "The lock file does not exist");
    public static readonly Diagnostic PlatformsMixed = new(
        "CTZ0202",
        "The project's runtime identifiers are not all for one kind of container"
    );
    public static readonly Diagnostic InvalidSwitch = new("CTZ0203", "A switch is neither true nor false");
    public static readonly Diagnostic NameMisspelt = new(
        "CTZ0204",
        "A property, item or metadata is probably misspelt"
    );
    public static readonly Diagnostic NothingToRun = new(
        "CTZ0205",
        "No image was made, since the project makes nothing that runs"
    );
    public static readonly Diagnostic PasswordMissing = new("CTZ0206", "A registry's user name has no password");
    public static readonly Diagnostic InvalidFolder = new("CTZ0280", "A ContainerFolder is not valid");
    public static readonly Diagnostic YamlUnreadable = new("CTZ0281", "A YAML file cannot be read");
    public static readonly Diagnostic ReferenceUnresolved = new(
        "CTZ0282",
        "A reference to a project cannot be resolved"
    );
    public static readonly Diagnostic NothingPushed = new("CTZ0283", "An image has no registry to be pushed to");
    public static readonly Diagnostic MirrorInvalid = new("CTZ0284", "A ContainerPackageMirror is not valid");
    public static readonly Diagnostic OutputsTwice = new("CTZ0207", "Two projects have the same outputs in a pipeline");
    public static readonly Diagnostic ProjectMissing = new(
        "CTZ0208",
        "There is no project where the publish looks for one"
    );
    public static readonly Diagnostic SwitchedOff = new(
        "CTZ0209",
        "An argument switches the image off that is asked for"
    );

    public static readonly Diagnostic PatternInvalid = new("CTZ0220", "A pattern for files cannot be understood");
    public static readonly Diagnostic InvalidContext = new("CTZ0230", "A named context cannot be used");
    public static readonly Diagnostic CheckFailed = new("CTZ0231", "A check of the Dockerfile found something");
    public static readonly Diagnostic InvalidRunOption = new(
        "CTZ0232",
        "An option for the commands of RUN cannot be used"
    );
    public static readonly Diagnostic ContextUnavailable = new("CTZ0233", "The context cannot be fetched or unpacked");
    public static readonly Diagnostic InvalidAnnotation = new("CTZ0234", "An annotation cannot be set");

    public static readonly Diagnostic InvalidSbom = new("CTZ0300", "The format of an SBOM is not known");
    public static readonly Diagnostic AssetsFileUnreadable = new(
        "CTZ0301",
        "The list of the project's packages cannot be read"
    );
    public static readonly Diagnostic InvalidAttestations = new(
        "CTZ0302",
        "The place of the documents about an image is not valid"
    );
    public static readonly Diagnostic NotAttached = new(
        "CTZ0303",
        "The image is stored, and the documents about it are not"
    );
    public static readonly Diagnostic ReferrersInvalid = new(
        "CTZ0304",
        "What a registry has about an image cannot be read"
    );
    public static readonly Diagnostic ReferrersContested = new(
        "CTZ0305",
        "The list of an image's documents is changed by others all the time"
    );
    public static readonly Diagnostic SbomMissing = new("CTZ0306", "The image has no SBOM of that format");

    public static readonly Diagnostic ComposeInvalid = new("CTZ0340", "A Compose file cannot be read");
    public static readonly Diagnostic ComposeVariable = new(
        "CTZ0341",
        "A variable of a Compose file cannot be replaced"
    );
    public static readonly Diagnostic ComposeService = new("CTZ0342", "A service of a Compose file cannot be built");
    public static readonly Diagnostic ComposeUnsupported = new(
        "CTZ0343",
        "A Compose file asks for what a build here does not have"
    );

    public static readonly Diagnostic RepositoryUnavailable = new(
        "CTZ0344",
        "A repository that ADD names cannot be fetched"
    );

    /// <summary>All of them, by code.</summary>
    public static ImmutableArray<Diagnostic> All { get; } =
    [
        .. typeof(DiagnosticTable)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.FieldType == typeof(Diagnostic))
            .Select(field => (Diagnostic)field.GetValue(null)!)
            .OrderBy(diagnostic => diagnostic.Code, StringComparer.Ordinal),
    ];
}
