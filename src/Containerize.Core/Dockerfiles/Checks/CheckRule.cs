using System.Collections.Immutable;

namespace Containerize.Dockerfiles.Checks;

/// <summary>A rule that a Dockerfile can be checked by: one of <c>docker build --check</c>, under its name
/// (docs.docker.com, "Build checks").</summary>
/// <param name="Name">Its name, which <c># check=skip=NAME</c> turns off; its page is
/// <c>docs/checks/NAME.md</c>.</param>
/// <param name="IsExperimental">Whether it counts only where <c># check=experimental=NAME</c> asks for it.</param>
public sealed record CheckRule(string Name, bool IsExperimental = false)
{
    public static readonly CheckRule StageNameCasing = new("StageNameCasing");
    public static readonly CheckRule FromAsCasing = new("FromAsCasing");
    public static readonly CheckRule NoEmptyContinuation = new("NoEmptyContinuation");
    public static readonly CheckRule ConsistentInstructionCasing = new("ConsistentInstructionCasing");
    public static readonly CheckRule DuplicateStageName = new("DuplicateStageName");
    public static readonly CheckRule ReservedStageName = new("ReservedStageName");
    public static readonly CheckRule JsonArgsRecommended = new("JSONArgsRecommended");
    public static readonly CheckRule MaintainerDeprecated = new("MaintainerDeprecated");
    public static readonly CheckRule UndefinedArgInFrom = new("UndefinedArgInFrom");
    public static readonly CheckRule WorkdirRelativePath = new("WorkdirRelativePath");
    public static readonly CheckRule UndefinedVar = new("UndefinedVar");
    public static readonly CheckRule MultipleInstructionsDisallowed = new("MultipleInstructionsDisallowed");
    public static readonly CheckRule LegacyKeyValueFormat = new("LegacyKeyValueFormat");
    public static readonly CheckRule RedundantTargetPlatform = new("RedundantTargetPlatform");
    public static readonly CheckRule SecretsUsedInArgOrEnv = new("SecretsUsedInArgOrEnv");
    public static readonly CheckRule InvalidDefaultArgInFrom = new("InvalidDefaultArgInFrom");
    public static readonly CheckRule FromPlatformFlagConstDisallowed = new("FromPlatformFlagConstDisallowed");
    public static readonly CheckRule CopyIgnoredFile = new("CopyIgnoredFile", IsExperimental: true);
    public static readonly CheckRule InvalidDefinitionDescription = new(
        "InvalidDefinitionDescription",
        IsExperimental: true
    );
    public static readonly CheckRule ExposeProtoCasing = new("ExposeProtoCasing");
    public static readonly CheckRule ExposeInvalidFormat = new("ExposeInvalidFormat");

    /// <summary>All rules.</summary>
    public static ImmutableArray<CheckRule> All { get; } =
    [
        StageNameCasing,
        FromAsCasing,
        NoEmptyContinuation,
        ConsistentInstructionCasing,
        DuplicateStageName,
        ReservedStageName,
        JsonArgsRecommended,
        MaintainerDeprecated,
        UndefinedArgInFrom,
        WorkdirRelativePath,
        UndefinedVar,
        MultipleInstructionsDisallowed,
        LegacyKeyValueFormat,
        RedundantTargetPlatform,
        SecretsUsedInArgOrEnv,
        InvalidDefaultArgInFrom,
        FromPlatformFlagConstDisallowed,
        CopyIgnoredFile,
        InvalidDefinitionDescription,
        ExposeProtoCasing,
        ExposeInvalidFormat,
    ];
}
