using System.Text;

namespace Containerize.Stores.Registries;

/// <summary>Takes secrets out of what a registry says: it may repeat to us what we sent it.</summary>
internal sealed class Redactor
{
    // Shorter ones would also be found in words that are none.
    private const int Shortest = 4;

    private readonly HashSet<string> _values = new(StringComparer.Ordinal);

    /// <summary>The secrets of a credential.</summary>
    public static Redactor Of(Credential? credential)
    {
        var secrets = new Redactor();
        secrets.Add(credential);
        return secrets;
    }

    public void Add(Credential? credential)
    {
        if (credential is null)
            return;
        Add(credential.Password);
        Add(credential.IdentityToken);
        Add(credential.RegistryToken);
        Add(Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}")));
    }

    public void Add(string? secret)
    {
        if (secret is null || secret.Length < Shortest)
            return;
        lock (_values)
        {
            _values.Add(secret);
            _values.Add(Uri.EscapeDataString(secret));
            _values.Add(Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)).TrimEnd('='));
        }
    }

    /// <summary>The text with stars for every secret.</summary>
    public string Hide(string text)
    {
        lock (_values)
            return _values
                .OrderByDescending(value => value.Length)
                .Aggregate(text, (hidden, value) => hidden.Replace(value, "***", StringComparison.Ordinal));
    }
}
