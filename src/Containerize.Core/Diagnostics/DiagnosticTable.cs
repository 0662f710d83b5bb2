using System.Collections.Immutable;
using System.Reflection;

namespace Containerize.Diagnostics;

/// <summary>Every coded problem, in one table. Each has a page of the same name in <c>docs/diagnostics</c>.</summary>
public static partial class DiagnosticTable
{
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
    public static readonly Diagnostic PathForOthers = new("CTZ0390", "A path is written for a shell or another tool");
    public static readonly Diagnostic CommandOfOneWord = new("CTZ0391", "A word of the command names no program");
    public static readonly Diagnostic SettingWithoutEffect = new("CTZ0392", "A setting has no effect");
    public static readonly Diagnostic ValueInName = new("CTZ0393", "The name of an item holds its value");
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
    public static readonly Diagnostic ReferrersInvalid = new("CTZ0304", "What is attached to an image cannot be read");
    public static readonly Diagnostic ReferrersContested = new(
        "CTZ0305",
        "The list of an image's documents is changed by others all the time"
    );
    public static readonly Diagnostic SbomMissing = new("CTZ0306", "The image has no SBOM of that format");

    public static readonly Diagnostic SigningKeyUnreadable = new("CTZ0360", "A signing key cannot be used");
    public static readonly Diagnostic SigningFailed = new("CTZ0361", "A signature cannot be made");
    public static readonly Diagnostic NotSigned = new("CTZ0362", "The image is stored, and its signature is not");
    public static readonly Diagnostic PublicKeyUnreadable = new("CTZ0363", "A public key cannot be used");
    public static readonly Diagnostic BaseNotSigned = new("CTZ0364", "The base image is not signed by the key");
    public static readonly Diagnostic NothingToSign = new("CTZ0365", "The place of the image takes no signatures");
    public static readonly Diagnostic SigningCertificateUnreadable = new(
        "CTZ0441",
        "A signing certificate cannot be used"
    );
    public static readonly Diagnostic SigningCertificateUnfit = new("CTZ0442", "A certificate must not sign images");
    public static readonly Diagnostic TrustPolicyUnreadable = new("CTZ0443", "A trust policy cannot be used");
    public static readonly Diagnostic TrustPolicyElsewhere = new(
        "CTZ0444",
        "The trust policy says nothing about the repository"
    );
    public static readonly Diagnostic TrustStoreUnreadable = new("CTZ0445", "A trust store cannot be used");
    public static readonly Diagnostic LicenseNotAllowed = new(
        "CTZ0370",
        "A package is under a licence that is not allowed"
    );
    public static readonly Diagnostic InvalidAllowedLicenses = new("CTZ0371", "An allowed licence is not known");
    public static readonly Diagnostic LicenseExceptionWithoutReason = new(
        "CTZ0372",
        "An exception for a licence has no reason"
    );
    public static readonly Diagnostic PredicateUnreadable = new("CTZ0366", "What is to be attested cannot be read");

    public static readonly Diagnostic IdentityTokenMissing = new("CTZ0457", "There is no identity token to sign with");
    public static readonly Diagnostic CertificateNotIssued = new("CTZ0458", "No certificate is issued for a signature");
    public static readonly Diagnostic NotLogged = new("CTZ0459", "A log does not take a signature");
    public static readonly Diagnostic NotTimestamped = new("CTZ0460", "A signature gets no timestamp");
    public static readonly Diagnostic TrustedRootUnreadable = new("CTZ0461", "A trusted root cannot be used");
    public static readonly Diagnostic InvalidSigning = new("CTZ0462", "The way to sign is not valid");
    public static readonly Diagnostic IdentityIncomplete = new(
        "CTZ0463",
        "The identity that must have signed is not named whole"
    );
    public static readonly Diagnostic SignerOptionsMisfit = new(
        "CTZ0470",
        "Options about signatures do not fit together"
    );

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

    public static readonly Diagnostic ComposeNameless = new(
        "CTZ0456",
        "A service of a Compose file has no name to be pushed under"
    );
    public static readonly Diagnostic BuildOptionForeign = new(
        "CTZ0455",
        "An option of docker build has no effect here"
    );

    public static readonly Diagnostic RepositoryUnavailable = new(
        "CTZ0344",
        "A repository that ADD names cannot be fetched"
    );

    public static readonly Diagnostic PageTwice = new("CTZ0435", "Two projects would write the same page");

    /// <summary>All of them, by code.</summary>
    public static ImmutableArray<Diagnostic> All =>
        [
            .. typeof(DiagnosticTable)
                .GetFields(BindingFlags.Public | BindingFlags.Static)
                .Where(member => member.FieldType == typeof(Diagnostic))
                .Select(member => (Diagnostic)member.GetValue(null)!)
                .OrderBy(diagnostic => diagnostic.Code, StringComparer.Ordinal),
        ];
}
