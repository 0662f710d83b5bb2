namespace Containerize.TestKit.Tools;

/// <summary>Keys of an elliptic curve that openssl makes: <c>NAME.pem</c>, and its public half in
/// <c>NAME.pub</c>.</summary>
/// <param name="Private">The path of the private key.</param>
/// <param name="Public">The path of the public key.</param>
public sealed record SigningKeys(string Private, string Public)
{
    /// <summary>Makes a pair.</summary>
    /// <param name="folder">The folder for both files.</param>
    /// <param name="name">Their name without an extension.</param>
    public static async Task<SigningKeys> CreateAsync(string folder, string name)
    {
        var stem = Path.Combine(folder, name);
        var keys = new SigningKeys(stem + ".pem", stem + ".pub");
        await Shell.RunAsync("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", keys.Private);
        await Shell.RunAsync("openssl", "pkey", "-in", keys.Private, "-pubout", "-out", keys.Public);
        return keys;
    }
}
