using Containerize.Core.Tests.Architecture.Planted.Low;

namespace Containerize.Core.Tests.Architecture.Planted.High;

/// <summary>Uses another folder in the code of a lambda, where no signature shows it.</summary>
internal static class User
{
    public static Func<string> Use() => () => new Thing().ToString();
}
