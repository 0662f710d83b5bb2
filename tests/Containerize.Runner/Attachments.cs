using System.Globalization;
using System.Text;
using Containerize.Attestations;
using Containerize.Attestations.Registries;
using Containerize.Images;
using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Client;

namespace Containerize.Runner;

/// <summary>Runner attach IMAGE SIZE FIRST COUNT: attaches documents to an image, all at once; each by a client of its
/// own.</summary>
internal static class Attachments
{
    public static async Task<int> RunAsync(ImageReference image, int size, int first, int count)
    {
        var subject = new Descriptor(MediaTypes.OciManifest, image.Digest!, size);
        await Task.WhenAll(Enumerable.Range(first, count).Select(AttachAsync));
        return 0;

        async Task AttachAsync(int number)
        {
            using var client = new RegistryClient(new RegistryOptions());
            var text = string.Create(CultureInfo.InvariantCulture, $"document {number:00}");
            var document = new ImageDocument(".spdx.json", ImageDocument.Spdx, [.. Encoding.UTF8.GetBytes(text)]);
            await new Attaching(image.Registry, image.Repository, client).AttachAsync(
                subject,
                new ImageDocuments(subject.Digest, [document]),
                AttestationMode.Always,
                CancellationToken.None
            );
        }
    }
}
