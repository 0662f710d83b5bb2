using System.Collections.Frozen;
using System.Reflection;
using System.Reflection.Emit;

namespace Containerize.Core.Tests.Architecture;

/// <summary>What compiled code uses: every member that a method body names, lambdas and state machines
/// included.</summary>
internal static class CodeUse
{
    private const BindingFlags Everything =
        BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Instance
        | BindingFlags.Static
        | BindingFlags.DeclaredOnly;

    private static readonly FrozenDictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToFrozenDictionary(code => code.Value);

    /// <summary>The members that the code of some types uses, each with where: <c>Type.Method uses
    /// Other.Member</c>.</summary>
    public static IEnumerable<(MemberInfo Used, string Where)> Of(IEnumerable<Type> types) =>
        from type in types
        from method in type.GetMembers(Everything).OfType<MethodBase>()
        from used in UsedBy(method)
        select (
            used,
            $"{type.FullName}.{method.Name} uses {(used as Type ?? used.DeclaringType)?.FullName}.{used.Name}"
        );

    private static IEnumerable<MemberInfo> UsedBy(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        var typeArguments = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < code.Length; )
        {
            // Two-byte operations begin with 0xFE (ECMA-335, III.1.9).
            var value = code[at] == 0xFE ? (short)(0xFE00 | code[at + 1]) : code[at];
            var operation = OpCodesByValue[value];
            at += operation.Size;
            if (
                operation.OperandType
                is OperandType.InlineMethod
                    or OperandType.InlineField
                    or OperandType.InlineType
                    or OperandType.InlineTok
            )
                yield return method.Module.ResolveMember(
                    BitConverter.ToInt32(code, at),
                    typeArguments,
                    methodArguments
                )!;
            at += OperandSize(operation.OperandType, code, at);
        }
    }

    private static int OperandSize(OperandType type, byte[] code, int at) =>
        type switch
        {
            OperandType.InlineNone => 0,
            OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
            OperandType.InlineVar => 2,
            OperandType.InlineI8 or OperandType.InlineR => 8,
            OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
            _ => 4,
        };
}
