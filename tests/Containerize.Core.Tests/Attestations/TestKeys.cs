using Containerize.Attestations.Signatures;

namespace Containerize.Core.Tests.Attestations;

/// <summary>
/// Keys for tests: that of the example in RFC 6979 (A.2.5) in PKCS #8, and the same one as cosign encrypts it, made by
/// tweetnacl and Node's scrypt. The password is <c>correct horse</c>.
/// </summary>
internal static class TestKeys
{
    public const string Password = "correct horse";

    public const string Private = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgya+p2EW6dRZrXCFX
        Z7HWk05Qw9s26JsSe4piKxIPZyGhRANCAARg/tS6JVqdMclh63TGNW1owEm4kjth
        +mzmaWIuYPKftnkD/hAIuLyZpBrp6VYovGTy8bIMLX6fUXejwpTURiKZ
        -----END PRIVATE KEY-----
        """;

    public const string Public = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7
        Yfps5mliLmDyn7Z5A/4QCLi8maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==
        -----END PUBLIC KEY-----
        """;

    public const string Encrypted = """
        -----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----
        eyJrZGYiOnsibmFtZSI6InNjcnlwdCIsInBhcmFtcyI6eyJOIjoxMDI0LCJyIjo4
        LCJwIjoxfSwic2FsdCI6IkJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NI
        QndjSEJ3Y0hCd2M9In0sImNpcGhlciI6eyJuYW1lIjoibmFjbC9zZWNyZXRib3gi
        LCJub25jZSI6IkNRa0pDUWtKQ1FrSkNRa0pDUWtKQ1FrSkNRa0pDUWtKIn0sImNp
        cGhlcnRleHQiOiJ2RDJBdGxCaXMxdndkUW4vaERlR0FZNFpKMno3cXFLQ0hFeG9v
        bm1xVFNDYVhBL3lEWXNvaWZFVmVneWRrd1BpS1N2L3IvR3RMMHZsRmhobzlXODZK
        T0k0cnNtdXRSdkFXblhKWW1RUkw2Z3NmV3VwMklLeW02cWdHVkhzOE9TSlUvTXYx
        TFVlQWFMUVdiSEhMb3cyekdkRkE3MUhtVVhVRjdoQjQ2OUpiMWcwbzJPQi9hU3Vk
        ZXVLYlVXQng5Zk1XZ3FTWXFBZmZZcUlLUT09In0=
        -----END ENCRYPTED SIGSTORE PRIVATE KEY-----
        """;

    public static SigningKey Key { get; } = PrivateKeyFile.Parse(Private, null, "a test");

    /// <summary>The places of keys on a machine with these variables.</summary>
    public static SigningKeySource Source(params (string Name, string Value)[] variables) =>
        new(Path.GetTempPath(), variables.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal));
}
