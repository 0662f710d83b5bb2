using System.Globalization;
using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Publishing;
using Containerize.Publishing.Files;
using Containerize.Publishing.Settings;
using Containerize.Runner;
using Containerize.Stores;
using Containerize.Stores.Archives;
using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Containerize.Stores.Registries.Push;

if (args is ["attach", var image, var size, var first, var count])
    return await Attachments.RunAsync(
        ImageReference.Parse(image),
        int.Parse(size, CultureInfo.InvariantCulture),
        int.Parse(first, CultureInfo.InvariantCulture),
        int.Parse(count, CultureInfo.InvariantCulture)
    );

// Runner PUBLISH OBJ TARBALL [CACHE [NAME [REUSE...]]]: makes an image of a publish folder, and says its digest. A file
// that begins with "shared" is of a package, so that there is a layer which several folders have in common. NAME is
// where it is pushed to, too, and REUSE are images that layers are mounted from. What a user can cause ends with 1 and
// the code.
var (publish, obj, tarball) = (args[0], args[1], args[2]);
var cache = args.Length > 3 ? new CacheFolder(args[3]) : null;
var name = args.Length > 4 ? ImageReference.Parse(args[4]) : null;
using var client = new RegistryClient(new RegistryOptions());
var build = new ContainerBuild
{
    Base = new ScratchSource(),
    Platform = new Platform("linux", "amd64"),
    PublishPath = publish,
    Index = new([
        .. Directory
            .GetFiles(publish, "shared*")
            .Select(file => new PublishedItem(Path.GetFileName(file))
            {
                PackageId = "Shared",
                PackageVersion = "1.0.0",
            }),
    ]),
    Settings = new ContainerSettings { Command = new CommandSettings { AppCommand = ["/app/app"] } },
    LayerPath = obj,
    Cache = cache,
    ReuseFrom = [.. args.Skip(5).Select(reuse => new RegistrySource(ImageReference.Parse(reuse), client))],
    Sinks =
    [
        new ArchiveSink(tarball, [ImageReference.Parse("localhost/app:1")]),
        .. name is null
            ? Array.Empty<IImageSink>()
            :
            [
                new CachedSink(
                    new RegistrySink(name.Registry, name.Repository, [name.TagOrDigest], client),
                    name.Registry,
                    name.Repository,
                    cache!,
                    TimeProvider.System
                ),
            ],
    ],
};
try
{
    Console.WriteLine((await build.RunAsync(CancellationToken.None)).Image.Digest);
    return 0;
}
catch (ContainerizeException exception)
{
    Console.Error.WriteLine($"{exception.Diagnostic.Code}: {exception.Message}");
    return 1;
}
