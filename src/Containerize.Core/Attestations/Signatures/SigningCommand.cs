using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Containerize.Diagnostics;

namespace Containerize.Attestations.Signatures;

/// <summary>
/// A program that signs, for keys that leave no device or service: it reads the digest on its standard input, as bytes,
/// and writes the signature to its standard output, as bytes or in base64.
/// </summary>
/// <param name="command">A line for the shell of the system.</param>
/// <param name="publicKey">The public half of the key that it signs with.</param>
/// <param name="folder">The absolute folder that it runs in.</param>
/// <param name="environment">The variables that it sees.</param>
internal sealed class SigningCommand(
    string command,
    VerificationKey publicKey,
    string folder,
    IReadOnlyDictionary<string, string> environment
) : SigningKey(publicKey)
{
    private const int LongestAnswer = 64 * 1024;
    private const int LongestWords = 1024 * 1024;

    /// <summary>How long it may take; some ask the user to touch something.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(120);

    public override bool IsDeterministic => false;

    // A command may hold a token, so no message repeats it.
    private protected override string Name => "The signing command";

    private protected override async Task<byte[]> MakeAsync(
        ReadOnlyMemory<byte> message,
        HashAlgorithmName hash,
        RSASignaturePadding padding,
        CancellationToken cancellationToken
    )
    {
        var digest = CryptographicOperations.HashData(hash, message.Span);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            return Read(await RunAsync(digest, Words(hash, padding), limit.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed($"it took longer than {Limit.TotalSeconds:0} s");
        }
        catch (Exception exception) when (exception is IOException or System.ComponentModel.Win32Exception)
        {
            throw Failed(SingleLineText.Of(exception.Message), exception);
        }
    }

    // What the command has to know of the signature: RSA is padded in one of two ways.
    private IEnumerable<KeyValuePair<string, string>> Words(HashAlgorithmName hash, RSASignaturePadding padding)
    {
        yield return new("CONTAINERIZE_HASH", hash.Name!.ToLowerInvariant());
        if (PublicKey.HalfLength == 0)
            yield return new("CONTAINERIZE_PADDING", padding == RSASignaturePadding.Pss ? "pss" : "pkcs1");
    }

    private async Task<byte[]> RunAsync(
        byte[] digest,
        IEnumerable<KeyValuePair<string, string>> words,
        CancellationToken cancellationToken
    )
    {
        var start = OperatingSystem.IsWindows()
            // With /s cmd takes the outer quotes away and nothing else; a list of arguments would escape inner ones.
            ? new ProcessStartInfo("cmd.exe", $"/d /s /c \"{command}\"")
            : new ProcessStartInfo("/bin/sh", ["-c", command]);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        (start.UseShellExecute, start.CreateNoWindow, start.WorkingDirectory) = (false, true, folder);
        start.Environment.Clear();
        foreach (var (variable, value) in environment.Concat(words))
            start.Environment[variable] = value;
        using var process = Process.Start(start)!;
        try
        {
            var output = AnswerAsync(process.StandardOutput.BaseStream, LongestAnswer, cancellationToken);
            // A command whose words stay unread waits for ever.
            var errors = AnswerAsync(process.StandardError.BaseStream, LongestWords, cancellationToken);
            await WriteAsync(process.StandardInput.BaseStream, digest, cancellationToken).ConfigureAwait(false);
            // The one without an end fails first.
            await (await Task.WhenAny(output, errors).ConfigureAwait(false)).ConfigureAwait(false);
            var (answer, _) = (await output.ConfigureAwait(false), await errors.ConfigureAwait(false));
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            // What it says of its fault may hold a secret of its own: it is not repeated.
            return process.ExitCode == 0 ? answer : throw Failed($"it ended with {process.ExitCode}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    // A command may answer without reading.
    private static async Task WriteAsync(Stream input, byte[] digest, CancellationToken cancellationToken)
    {
        try
        {
            await input.WriteAsync(digest, cancellationToken).ConfigureAwait(false);
            input.Close();
        }
        catch (IOException) { }
    }

    // More than that is no answer, and may have no end.
    private static async Task<byte[]> AnswerAsync(Stream stream, int longest, CancellationToken cancellationToken)
    {
        var (kept, buffer) = (new MemoryStream(), new byte[4096]);
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            kept.Write(buffer, 0, read);
            if (kept.Length > longest)
                throw Failed($"it wrote more than {longest / 1024} KiB");
        }

        return kept.ToArray();
    }

    private byte[] Read(byte[] answer)
    {
        if (answer.Length == 0)
            throw Failed("it wrote nothing");
        var signature = Decoded(answer) ?? answer;
        // JWS and some services write both halves side by side (RFC 7518, 3.4).
        return PublicKey.HalfLength > 0 && signature.Length == 2 * PublicKey.HalfLength
            ? EcSignature.ToDer(signature)
            : signature;
    }

    private static byte[]? Decoded(byte[] answer)
    {
        // base64 breaks its lines after 76 columns.
        var lines = Encoding.Latin1.GetString(answer).Split([' ', '\t', '\r', '\n']);
        var text = string.Concat(lines).Replace('-', '+').Replace('_', '/').TrimEnd('=');
        try
        {
            return text.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/')
                ? Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='))
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static ContainerizeException Failed(string why, Exception? inner = null) =>
        new(
            DiagnosticTable.SigningFailed,
            $"The signing command cannot be used: {why}. It has to read the digest on its standard input and to "
                + "write the "
                + "signature, as bytes or in base64, to its standard output. Run it by hand to see what it says.",
            inner
        );
}
