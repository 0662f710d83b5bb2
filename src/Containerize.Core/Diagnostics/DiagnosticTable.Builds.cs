namespace Containerize.Diagnostics;

// The codes of packages, Dockerfiles and RUN.
public static partial class DiagnosticTable
{
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
    public static readonly Diagnostic EmulatorMissing = new("CTZ0440", "A RUN needs an emulator of another processor");
    public static readonly Diagnostic RunMountInvalid = new("CTZ0146", "A mount of a RUN cannot be made");

    public static readonly Diagnostic SharedCacheUnavailable = new("CTZ0446", "A cache of steps cannot be reached");
    public static readonly Diagnostic SharedCacheInvalid = new("CTZ0447", "A cache of steps is not what it says");
    public static readonly Diagnostic SharedCacheNotWritten = new("CTZ0448", "A cache of steps cannot be written");
    public static readonly Diagnostic CacheAddressInvalid = new("CTZ0449", "The name of a cache of steps is not valid");
    public static readonly Diagnostic SharedCacheIsImage = new(
        "CTZ0464",
        "A cache of steps is to have the name of the image"
    );
}
