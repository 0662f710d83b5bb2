using Containerize.Attestations.Choices;
using Containerize.Diagnostics;
using Containerize.IO;

namespace Containerize.Attestations.Signatures;

/// <summary>Where a key is: a file, <c>env://NAME</c>, or <c>exec:COMMAND</c>, as a user writes it.</summary>
/// <param name="Folder">The absolute folder that relative paths are relative to.</param>
/// <param name="Variables">The environment.</param>
public sealed record SigningKeySource(string Folder, IReadOnlyDictionary<string, string> Variables)
{
    private const string OfVariable = "env://",
        OfCommand = "exec:",
        Password = "COSIGN_PASSWORD";

    // A key is a page; more than this is something else.
    private const int Longest = 1 << 16;

    /// <summary>Opens the key that the properties of a project name.</summary>
    /// <param name="key"><c>ContainerSigningKey</c>: a file or <c>env://NAME</c>; or empty.</param>
    /// <param name="command"><c>ContainerSigningCommand</c>; or empty.</param>
    /// <param name="publicKey"><c>ContainerSigningPublicKey</c>; or empty.</param>
    /// <param name="half">The public half of a command's key where that is not set; null for none.</param>
    /// <returns>Null where nothing is signed.</returns>
    /// <exception cref="ContainerizeException">CTZ0360, CTZ0363; CTZ0390 for <c>~/…</c>.</exception>
    public SigningKey? OpenOfProject(string key, string command, string publicKey, VerificationKey? half = null)
    {
        if (key.Length > 0 && command.Length > 0)
            throw new ContainerizeException(
                DiagnosticTable.SigningKeyUnreadable,
                "ContainerSigningKey and ContainerSigningCommand are both set, and one key signs. Remove one of them."
            );
        // The place of a key is remembered from run to run; a command may hold a token, and only its digest is.
        if (key.StartsWith(OfCommand, StringComparison.Ordinal))
            throw new ContainerizeException(
                DiagnosticTable.SigningKeyUnreadable,
                "ContainerSigningKey begins with 'exec:', and it names a PEM file or 'env://NAME'. Write the command, "
                    + "without 'exec:', into ContainerSigningCommand."
            );
        return command.Length > 0 ? Open(OfCommand + command, publicKey, half)
            : key.Length > 0 ? Open(key, publicKey)
            : null;
    }

    /// <summary>Opens a key that signs.</summary>
    /// <param name="text">Where it is.</param>
    /// <param name="publicKey">Where the public half of a command's key is; empty for none.</param>
    /// <param name="half">The public half of a command's key where that is empty; null for none.</param>
    /// <exception cref="ContainerizeException">CTZ0360, CTZ0363; CTZ0390 for <c>~/…</c>.</exception>
    public SigningKey Open(string text, string publicKey, VerificationKey? half = null)
    {
        RefuseKey(text, DiagnosticTable.SigningKeyUnreadable);
        WrittenPath.RefuseHome(text);
        KeyService.Refuse(text, DiagnosticTable.SigningKeyUnreadable, signs: true);
        if (text.StartsWith(OfCommand, StringComparison.Ordinal))
            return (publicKey.Length > 0 ? OpenPublic(publicKey) : half) is { } known
                ? new SigningCommand(text[OfCommand.Length..], known, Folder, Variables)
                : throw new ContainerizeException(
                    DiagnosticTable.SigningKeyUnreadable,
                    "The signing command cannot be used: its answer is checked with the public half of its key, which "
                        + "is not named. Set ContainerSigningPublicKey, or --public-key."
                );
        // An empty password is one, too: cosign makes keys with it.
        return PrivateKeyFile.Parse(
            Read(text, PrivateKeyFile.Unreadable),
            Variables.GetValueOrDefault(Password),
            WhereOf(text)
        );
    }

    /// <summary>Opens a key that signatures are checked with.</summary>
    /// <param name="text">Where it is: a file or <c>env://NAME</c>.</param>
    /// <exception cref="ContainerizeException">CTZ0363; CTZ0390 for <c>~/…</c>.</exception>
    public VerificationKey OpenPublic(string text)
    {
        RefuseKey(text, DiagnosticTable.PublicKeyUnreadable);
        WrittenPath.RefuseHome(text);
        KeyService.Refuse(text, DiagnosticTable.PublicKeyUnreadable, signs: false);
        // A command may hold a token.
        if (text.StartsWith(OfCommand, StringComparison.Ordinal))
            throw new ContainerizeException(
                DiagnosticTable.PublicKeyUnreadable,
                "The place of a public key begins with 'exec:', and a command only signs. Name a file such as "
                    + "cosign.pub, or 'env://NAME'."
            );
        return VerificationKey.Parse(
            Read(
                text,
                (where, why, inner) =>
                    new ContainerizeException(
                        DiagnosticTable.PublicKeyUnreadable,
                        $"The public key in {where} cannot be read: {why}. Name a file such as cosign.pub, or "
                            + "'env://NAME'.",
                        inner
                    )
            ),
            WhereOf(text)
        );
    }

    /// <summary>The absolute path of the file that a key is in; null for one that is in none.</summary>
    public string? PathOf(string text) =>
        text.Length == 0 || IsVariable(text) || text.StartsWith(OfCommand, StringComparison.Ordinal)
            ? null
            : Path.GetFullPath(text, Folder);

    /// <summary>The value of the variable that a key is in; null for one that is in none.</summary>
    public string? ValueOf(string text) =>
        IsVariable(text) ? Variables.GetValueOrDefault(text[OfVariable.Length..]) ?? "" : null;

    private static bool IsVariable(string text) => text.StartsWith(OfVariable, StringComparison.Ordinal);

    private static string WhereOf(string text) => $"'{SingleLineText.Of(text)}'";

    /// <summary>Refuses a text with a key in it: properties and command lines are written into logs.</summary>
    internal static void RefuseKey(string text, Diagnostic diagnostic)
    {
        if (text.Contains("-----BEGIN", StringComparison.Ordinal) || IsBase64Key(text))
            throw new ContainerizeException(
                diagnostic,
                "A key itself stands where the place of a key is expected. What stands there is written into logs: "
                    + "put the key into a variable, a new one if it is private, and write 'env://NAME'."
            );
    }

    // A key in DER begins with a sequence, which is an M in base64; no path is so long without a dot or a dash.
    private static bool IsBase64Key(string text) =>
        text.Length >= 60
        && text[0] == 'M'
        && text.All(letter =>
            char.IsAsciiLetterOrDigit(letter) || letter is '+' or '/' or '=' || char.IsWhiteSpace(letter)
        );

    /// <summary>The content of a file or of a variable.</summary>
    /// <param name="text">Where it is: a path or <c>env://NAME</c>.</param>
    /// <param name="unreadable">Makes the error, of the place and the reason.</param>
    internal string Read(string text, Func<string, string, Exception?, Exception> unreadable)
    {
        if (ValueOf(text) is { } value)
            return value.Length > 0 ? value : throw unreadable(WhereOf(text), "the variable is not set", null);
        try
        {
            using var reader = new StreamReader(new MemoryStream(NamedFile.Read(PathOf(text)!, Longest)));
            return reader.ReadToEnd();
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw unreadable(WhereOf(text), SingleLineText.Of(exception.Message).TrimEnd('.'), exception);
        }
    }
}
