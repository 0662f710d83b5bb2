using Containerize.Core.Tests.Fuzzing;
using Containerize.Images;
using Containerize.TestKit.Images;

namespace Containerize.Core.Tests.Stores.Registries;

/// <summary>What tests of nearly right texts of registries share.</summary>
public abstract class RegistryFuzzTest
{
    protected const int Cases = 4_000;

    protected static readonly Image SomeImage = TestImages.Create("some", 100);

    protected static void Run(int seed, string[] corpus, Action<string> read) => Fuzz.Texts(seed, Cases, corpus, read);
}
