using System.Reflection;

namespace Containerize.Core.Tests.Architecture;

/// <summary>The types that a compiled type uses: in its declaration, its members' signatures and their code.</summary>
/// <remarks>The compiler copies constants to where they are used, so compiled code does not show such a use.</remarks>
internal static class TypeUse
{
    private const BindingFlags Everything =
        BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Instance
        | BindingFlags.Static
        | BindingFlags.DeclaredOnly;

    /// <summary>Each type once, without arrays, references and generic arguments around it.</summary>
    public static IEnumerable<Type> Of(Type type) =>
        Declared(type)
            .Concat(type.GetMembers(Everything).SelectMany(Signature))
            .Concat(CodeUse.Of([type]).SelectMany(use => Member(use.Used)))
            .SelectMany(Elements)
            .Distinct();

    private static IEnumerable<Type?> Declared(Type type) =>
        [
            type.BaseType,
            .. type.GetInterfaces(),
            .. type.GetCustomAttributesData().Select(attribute => attribute.AttributeType),
        ];

    private static IEnumerable<Type?> Signature(MemberInfo member) =>
        member switch
        {
            FieldInfo field => [field.FieldType],
            MethodInfo method => [method.ReturnType, .. Parameters(method), .. Locals(method)],
            ConstructorInfo constructor => [.. Parameters(constructor), .. Locals(constructor)],
            _ => [],
        };

    private static IEnumerable<Type?> Member(MemberInfo member) =>
        member switch
        {
            Type type => [type],
            MethodInfo { IsGenericMethod: true } method => [method.DeclaringType, .. method.GetGenericArguments()],
            _ => [member.DeclaringType],
        };

    private static IEnumerable<Type> Parameters(MethodBase method) =>
        method.GetParameters().Select(parameter => parameter.ParameterType);

    private static IEnumerable<Type> Locals(MethodBase method) =>
        method.GetMethodBody()?.LocalVariables.Select(local => local.LocalType) ?? [];

    private static IEnumerable<Type> Elements(Type? type) =>
        type is null || type.IsGenericParameter ? []
        : type.HasElementType ? Elements(type.GetElementType())
        : type.IsConstructedGenericType
            ? [type.GetGenericTypeDefinition(), .. type.GetGenericArguments().SelectMany(Elements)]
        : [type];
}
