using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Containerize.Dockerfiles.Execution.Seccomp;

/// <summary>
/// The system calls that a command may make: those that the default profiles of both Docker and Podman allow to a
/// container with the same capabilities. It is one list of rules for every way of running a command.
/// </summary>
internal static class SeccompFilter
{
    /// <summary>The error for a call that is not known here: a C library then does without it, as on an older
    /// kernel.</summary>
    public const int NotThere = 38;

    private const int NotPermitted = 1;
    private const int InvalidArgument = 22;
    private const int NoAddressFamily = 97;

    private const uint AllNamespaces = 0x7e02_0000;
    private static readonly uint[] Namespaces =
    [
        0x0002_0000,
        0x0200_0000,
        0x0400_0000,
        0x0800_0000,
        0x1000_0000,
        0x2000_0000,
        0x4000_0000,
    ];

    // The usual ones of personality(2): Linux, 32 bits of address, the version of the kernel as 2.6, and asking for the
    // present one.
    private static readonly uint[] Personalities = [0, 0x8, 0x2_0000, 0x2_0008, uint.MaxValue];

    // socket(2): the machine, IPv4 and IPv6, and what asks the kernel for addresses.
    private static readonly uint[] Families = [1, 2, 10];
    private const uint NetlinkFamily = 16;
    private const uint AuditProtocol = 9;

    private const uint TypeMask = 0xf000;
    private const uint CharacterDevice = 0x2000;
    private const uint BlockDevice = 0x6000;
    private static readonly uint[] OtherTypes = [0, 0x1000, 0x8000, 0xc000];

    /// <summary>All rules. What none of them fits to ends with <see cref="NotThere"/>.</summary>
    public static ImmutableArray<SystemCallRule> Rules { get; } = [.. SystemCall.All.SelectMany(RulesOf)];

    /// <summary>The filter as an OCI runtime takes it (runtime-spec, config-linux.md, "Seccomp").</summary>
    public static JsonObject ToJson() =>
        new()
        {
            ["defaultAction"] = "SCMP_ACT_ERRNO",
            ["defaultErrnoRet"] = NotThere,
            ["architectures"] = new JsonArray([.. Architectures.Select(name => JsonValue.Create(name))]),
            ["syscalls"] = new JsonArray([
                .. Rules
                    .Where(rule => rule.Conditions.IsEmpty)
                    .GroupBy(rule => rule.Error)
                    .Select(rules => Json(rules.Select(rule => rule.Call.Name), rules.Key, [])),
                .. Rules
                    .Where(rule => !rule.Conditions.IsEmpty)
                    .Select(rule => Json([rule.Call.Name], rule.Error, rule.Conditions)),
            ]),
        };

    private static ImmutableArray<string> Architectures =>
        RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
            Architecture.Arm64 => ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"],
            Architecture.S390x => ["SCMP_ARCH_S390X", "SCMP_ARCH_S390"],
            _ => [],
        };

    private static IEnumerable<SystemCallRule> RulesOf(SystemCall call) =>
        call.Name switch
        {
            "clone" => Clone(call, RuntimeInformation.OSArchitecture == Architecture.S390x ? 1 : 0),
            // Its flags lie in memory, where a filter does not see them; without it the C library calls clone.
            "clone3" => [new(call, NotThere, [])],
            "mknod" => MakeNode(call, 1),
            "mknodat" => MakeNode(call, 2),
            "personality" => Personalities.Select(value => new SystemCallRule(
                call,
                0,
                [ArgumentCondition.Is(0, value)]
            )),
            "socket" => Socket(call),
            _ => [new(call, call.IsAllowed ? 0 : NotPermitted, [])],
        };

    private static IEnumerable<SystemCallRule> Clone(SystemCall call, int flags) =>
        [
            new(call, 0, [ArgumentCondition.Has(flags, AllNamespaces, 0)]),
            .. Namespaces.Select(flag => new SystemCallRule(
                call,
                NotPermitted,
                [ArgumentCondition.Has(flags, flag, flag)]
            )),
        ];

    // A device of the machine is opened by its number, whatever the file system is called. 0, 0 is what overlayfs takes
    // away.
    private static IEnumerable<SystemCallRule> MakeNode(SystemCall call, int mode) =>
        [
            .. OtherTypes.Select(type => new SystemCallRule(call, 0, [ArgumentCondition.Has(mode, TypeMask, type)])),
            new(call, 0, [ArgumentCondition.Has(mode, TypeMask, CharacterDevice), ArgumentCondition.Is(mode + 1, 0)]),
            new(
                call,
                NotPermitted,
                [ArgumentCondition.Has(mode, TypeMask, CharacterDevice), ArgumentCondition.IsNot(mode + 1, 0)]
            ),
            new(call, NotPermitted, [ArgumentCondition.Has(mode, TypeMask, BlockDevice)]),
        ];

    // Programs that report to the audit of the kernel do without where there is none, and fail where they may not.
    private static IEnumerable<SystemCallRule> Socket(SystemCall call) =>
        [
            .. Families.Select(family => new SystemCallRule(call, 0, [ArgumentCondition.Is(0, family)])),
            new(call, 0, [ArgumentCondition.Is(0, NetlinkFamily), ArgumentCondition.IsNot(2, AuditProtocol)]),
            new(
                call,
                InvalidArgument,
                [ArgumentCondition.Is(0, NetlinkFamily), ArgumentCondition.Is(2, AuditProtocol)]
            ),
            .. Enumerable
                .Range(0, (int)NetlinkFamily)
                .Select(family => (uint)family)
                .Except(Families)
                .Select(family => new SystemCallRule(call, NoAddressFamily, [ArgumentCondition.Is(0, family)])),
            new(call, NoAddressFamily, [ArgumentCondition.IsAbove(0, NetlinkFamily)]),
        ];

    private static JsonObject Json(IEnumerable<string> names, int error, ImmutableArray<ArgumentCondition> conditions)
    {
        var rule = new JsonObject
        {
            ["names"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]),
            ["action"] = error == 0 ? "SCMP_ACT_ALLOW" : "SCMP_ACT_ERRNO",
        };
        if (error != 0)
            rule["errnoRet"] = error;
        if (!conditions.IsEmpty)
            rule["args"] = new JsonArray([.. conditions.Select(Json)]);
        return rule;
    }

    private static JsonObject Json(ArgumentCondition condition) =>
        condition.Comparison == ArgumentComparison.Masked
            ? new JsonObject
            {
                ["index"] = condition.Argument,
                ["value"] = condition.Mask,
                ["valueTwo"] = condition.Value,
                ["op"] = "SCMP_CMP_MASKED_EQ",
            }
            : new JsonObject
            {
                ["index"] = condition.Argument,
                ["value"] = condition.Value,
                ["op"] = Operator(condition.Comparison),
            };

    private static string Operator(ArgumentComparison comparison) =>
        comparison switch
        {
            ArgumentComparison.Equal => "SCMP_CMP_EQ",
            ArgumentComparison.NotEqual => "SCMP_CMP_NE",
            _ => "SCMP_CMP_GT",
        };
}
