using System.Text;
using Containerize.Attestations;
using Containerize.Attestations.Registries;
using Containerize.Core.Tests.Attestations.Notation;
using Containerize.Core.Tests.Projects;
using Containerize.Core.Tests.Stores.Registries;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Projects;
using Containerize.Publishing.Outputs;
using Containerize.Stores.Registries.Client;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Attestations.Registries;

/// <summary>Documents and signatures that go into the same tags, where one of them fails.</summary>
public sealed class DeliveryTests : RegistryTest
{
    private static readonly Image First = TestImages.Create("first", 10);

    private static readonly Image Second = TestImages.Create("second", 10);

    [Fact]
    public async Task The_documents_of_the_others_are_looked_for_when_one_signature_fails()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        var log = new TestLog();
        var delivery = Create(registry, client, log);
        Assert.True(await delivery.AttachAsync([(First, About(First, "a")), (Second, About(Second, "b"))], Cancelled));
        // Another program takes the entry away, and the registry refuses what is about the first image.
        Write(registry, Second, First.Manifest.Descriptor);
        registry.Script = async context =>
            IsTag(context, First) && await TestRegistry.RefuseAsync(context, 403, "DENIED");
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            delivery.SignAsync([First.Manifest.Descriptor, Second.Manifest.Descriptor], Cancelled)
        );
        Assert.Equal(DiagnosticTable.NotSigned, exception.Diagnostic);
        Assert.Equal(DiagnosticTable.NotAttached.Code, Assert.Single(log.Warnings).Code);
        var found = await new Referrers(registry.Authority, App, client).FindAsync(Second.Digest, Cancelled);
        Assert.Equal(2, found.Length);
    }

    [Fact]
    public async Task An_image_that_is_signed_is_not_called_unsigned_when_its_documents_cannot_be_looked_for()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        var log = new TestLog();
        await Create(registry, client, log).SignAsync([First.Manifest.Descriptor], Cancelled);
        var delivery = Create(registry, client, log);
        Assert.True(await delivery.AttachAsync([(First, About(First, "a"))], Cancelled));
        Assert.Empty(log.Warnings);
        // The signature is looked at, and then the tag cannot be read any more.
        var isRefused = false;
        registry.Script = async context =>
        {
            isRefused |= context.Request.Method == "HEAD" && context.Request.Path.Value!.Contains("/manifests/");
            return isRefused && IsTag(context, First) && await TestRegistry.RefuseAsync(context, 403, "DENIED");
        };
        await delivery.SignAsync([First.Manifest.Descriptor], Cancelled);
        Assert.Equal(DiagnosticTable.NotAttached.Code, Assert.Single(log.Warnings).Code);
    }

    [Fact] // tests/Containerize.Tests has the same with a registry that is ended
    public async Task A_registry_that_hangs_up_leaves_a_warning_with_what_is_missing_and_an_unsigned_image_is_an_error()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        var log = new TestLog();
        var delivery = Create(registry, client, log);
        registry.Script = context =>
        {
            context.Abort();
            return Task.FromResult(true);
        };
        Assert.False(await delivery.AttachAsync([(First, About(First, "a"))], Cancelled));
        var warning = Assert.Single(log.Warnings);
        Assert.Equal(DiagnosticTable.NotAttached.Code, warning.Code);
        Assert.Contains(
            $"the documents of {registry.Authority}/{App}@{First.Digest} (the SBOM in SPDX) could not be attached",
            warning.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("Publish again to attach what is missing", warning.Message, StringComparison.Ordinal);
        await AssertFailsAsync(
            DiagnosticTable.NotSigned,
            () => delivery.SignAsync([First.Manifest.Descriptor], Cancelled),
            "Publish again to sign it."
        );
    }

    private static bool IsTag(Microsoft.AspNetCore.Http.HttpContext context, Image image) =>
        context.Request.Path.Value!.EndsWith(Referrers.FallbackTag(image.Digest), StringComparison.Ordinal);

    private static void Write(TestRegistry registry, Image about, Descriptor entry) =>
        registry.AddManifest(
            App,
            MediaTypes.OciIndex,
            ImageIndex.Create(ImageFormat.Oci, [entry]).Bytes.ToArray(),
            Referrers.FallbackTag(about.Digest)
        );

    private static ImageDocuments About(Image image, string text) =>
        new(image.Digest, [new(".spdx.json", ImageDocument.Spdx, [.. Encoding.UTF8.GetBytes(text)])]);

    private static Delivery Create(TestRegistry registry, RegistryClient client, TestLog log) =>
        new(
            new Destinations
            {
                Repository = App,
                Tags = ["1.0"],
                Registries = [registry.Authority],
                DefaultFolder = Path.GetTempPath(),
                PublishPath = Path.GetTempPath(),
            },
            client,
            log
        )
        {
            Mode = AttestationMode.Always,
            Signer = TestSigner.Good.Key,
            Notation = null,
            SignsSimply = false,
        };
}
