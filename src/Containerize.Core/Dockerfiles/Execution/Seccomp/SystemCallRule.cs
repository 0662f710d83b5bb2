using System.Collections.Immutable;

namespace Containerize.Dockerfiles.Execution.Seccomp;

/// <summary>What the kernel does with a system call whose arguments fulfil all conditions. Of the rules of one call
/// only one fits.</summary>
/// <param name="Call">The call.</param>
/// <param name="Error">The number of the error that the caller gets (errno(3)); 0 to do it.</param>
/// <param name="Conditions">The conditions; none for every call.</param>
internal sealed record SystemCallRule(SystemCall Call, int Error, ImmutableArray<ArgumentCondition> Conditions);

/// <summary>How an argument is compared.</summary>
internal enum ArgumentComparison
{
    /// <summary>It is the value.</summary>
    Equal,

    /// <summary>It is not the value.</summary>
    NotEqual,

    /// <summary>It is greater than the value, as a number without sign.</summary>
    Greater,

    /// <summary>The bits of a mask are those of the value.</summary>
    Masked,
}

/// <summary>A condition on an argument of a system call. All arguments that filters look at here have 32
/// bits.</summary>
/// <param name="Argument">The argument's number, from 0.</param>
/// <param name="Comparison">How it is compared.</param>
/// <param name="Value">With what.</param>
/// <param name="Mask">The bits that count, for <see cref="ArgumentComparison.Masked"/>.</param>
internal sealed record ArgumentCondition(
    int Argument,
    ArgumentComparison Comparison,
    uint Value,
    uint Mask = uint.MaxValue
)
{
    /// <summary>The argument is a value.</summary>
    public static ArgumentCondition Is(int argument, uint value) => new(argument, ArgumentComparison.Equal, value);

    /// <summary>The argument is any other value.</summary>
    public static ArgumentCondition IsNot(int argument, uint value) =>
        new(argument, ArgumentComparison.NotEqual, value);

    /// <summary>The argument is greater than a value.</summary>
    public static ArgumentCondition IsAbove(int argument, uint value) =>
        new(argument, ArgumentComparison.Greater, value);

    /// <summary>Some bits of the argument have a value.</summary>
    public static ArgumentCondition Has(int argument, uint mask, uint value) =>
        new(argument, ArgumentComparison.Masked, value, mask);
}
