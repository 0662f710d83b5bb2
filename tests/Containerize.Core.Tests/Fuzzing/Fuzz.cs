using System.Globalization;
using System.Text;
using Containerize.Diagnostics;

namespace Containerize.Core.Tests.Fuzzing;

/// <summary>
/// Changes valid inputs of a reader of foreign bytes, always in the same ways: whatever comes, it is read or it is
/// refused with a code. Any other exception fails, and so does a case that takes the memory or does not end; the
/// message has the seed, the number and the bytes of the case.
/// </summary>
internal static class Fuzz
{
    // Generous: they find what has no end or no limit, and say nothing about speed.
    private const long MostMemory = 512L << 20;
    private static readonly TimeSpan MostTime = TimeSpan.FromMinutes(2);

    /// <summary>Changes texts.</summary>
    /// <param name="seed">Another one gives other cases.</param>
    /// <param name="cases">How many.</param>
    /// <param name="corpus">Valid inputs.</param>
    /// <param name="read">Reads one, and may assert something of what was read.</param>
    public static void Texts(int seed, int cases, string[] corpus, Action<string> read) =>
        Run(
            seed,
            cases,
            random => Change(random, corpus),
            i => i < corpus.Length ? corpus[i] : null,
            read,
            Encoding.UTF8.GetBytes
        );

    /// <summary>Changes bytes.</summary>
    /// <param name="seed">Another one gives other cases.</param>
    /// <param name="cases">How many.</param>
    /// <param name="corpus">Valid inputs.</param>
    /// <param name="read">Reads one, and may assert something of what was read.</param>
    /// <param name="mend">Makes right what would have every change refused at once, such as checksums.</param>
    public static void Bytes(
        int seed,
        int cases,
        byte[][] corpus,
        Action<byte[]> read,
        Func<byte[], byte[]>? mend = null
    ) =>
        Run(
            seed,
            cases,
            random => (mend ?? (bytes => bytes))(Change(random, corpus)),
            i => i < corpus.Length ? corpus[i] : null,
            read,
            bytes => bytes
        );

    private static void Run<T>(
        int seed,
        int cases,
        Func<Random, T> change,
        Func<int, T?> given,
        Action<T> read,
        Func<T, byte[]> show
    )
        where T : class
    {
        var random = new Random(seed);
        var (accepted, refused) = (0, 0);
        string? first = null;
        for (var i = 0; i < cases; i++)
        {
            var input = given(i) ?? change(random);
            var number = i;
            var before = GC.GetAllocatedBytesForCurrentThread();
            using var hang = new Timer(
                _ => Environment.FailFast(Describe("does not end")),
                null,
                MostTime,
                Timeout.InfiniteTimeSpan
            );
            try
            {
                read(input);
                accepted++;
            }
            catch (ContainerizeException exception)
            {
                refused++;
                first ??= exception.Message;
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException(Describe("fails"), exception);
            }

            if (GC.GetAllocatedBytesForCurrentThread() - before is var taken && taken > MostMemory)
                Assert.Fail(Describe($"takes {taken} bytes"));

            string Describe(string what)
            {
                var bytes = show(input);
                var start = Convert.ToBase64String(bytes.AsSpan(0, Math.Min(bytes.Length, 2000)));
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"Case {number} of seed {seed} {what}: {(bytes.Length > 2000 ? "(long) " : "")}{start}"
                );
            }
        }

        // Cases that are all refused show little.
        Assert.True(accepted > cases / 500, $"{accepted} accepted, {refused} refused, the first: {first}");
        // build/test.sh prints these lines, added up for each reader.
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"FUZZED {cases} cases, {accepted} accepted: {TestContext.Current.TestClass?.TestClassSimpleName}."
                + $"{TestContext.Current.TestMethod?.MethodName}"
        );
    }

#pragma warning disable CA5394 // the same cases each time is what is wanted
    private static string Change(Random random, string[] corpus)
    {
        const string Alphabet = "\0\t\n \"'\\/:@?#%&=,;.-_{}[]<>()*+aZ09\u00fc\u3002\ud83d\ude00\ud800";
        var text = new StringBuilder(corpus[random.Next(corpus.Length)]);
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var at = random.Next(text.Length + 1);
            var length = Math.Min(random.Next(1, 8), text.Length - at);
            switch (random.Next(5))
            {
                case 0:
                    text.Remove(at, length);
                    break;
                case 1:
                    text.Insert(at, Alphabet[random.Next(Alphabet.Length)]);
                    break;
                case 2:
                    text.Insert(at, text.ToString(at, length));
                    break;
                case 3 when at < text.Length:
                    text[at] = (char)random.Next(1, 0x180);
                    break;
                default:
                    var other = corpus[random.Next(corpus.Length)];
                    var from = random.Next(other.Length);
                    text.Insert(at, other.AsSpan(from, Math.Min(random.Next(1, 20), other.Length - from)));
                    break;
            }
        }

        return text.ToString();
    }

    // Single bytes and numbers, and stretches that are cut, doubled or taken from another input.
    private static byte[] Change(Random random, byte[][] corpus)
    {
        var bytes = corpus[random.Next(corpus.Length)].ToList();
        for (var changes = random.Next(1, 5); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            var length = Math.Min(random.Next(1, 600), bytes.Count - at);
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    foreach (var i in Enumerable.Range(at, Math.Min(12, bytes.Count - at)))
                        bytes[i] = (byte)"0123456789 \0\xFF\x80"[random.Next(14)];
                    break;
                case 3:
                    bytes.RemoveRange(at, length);
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 5:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    var other = corpus[random.Next(corpus.Length)];
                    var from = random.Next(other.Length);
                    bytes.InsertRange(at, other[from..Math.Min(other.Length, from + length)]);
                    break;
            }
        }

        return [.. bytes];
    }
#pragma warning restore CA5394
}
