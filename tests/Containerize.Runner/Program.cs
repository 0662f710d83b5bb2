using Containerize;
using Containerize.Caching;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Recipes;
using Containerize.Stores;
using Containerize.Stores.Archives;

// Runner PUBLISH OBJ TARBALL [CACHE]: makes an image of a publish folder, and says its digest. A file that begins with "shared" is
// of a package, so that there is a layer which several folders have in common.
var (publish, obj, tarball) = (args[0], args[1], args[2]);
var build = new ContainerBuild
{
    Base = new ScratchSource(),
    Platform = new Platform("linux", "amd64"),
    PublishPath = publish,
    Index = new([.. Directory.GetFiles(publish, "shared*").Select(file => new PublishedItem(Path.GetFileName(file)) { PackageId = "Shared", PackageVersion = "1.0.0" })]),
    Settings = new ContainerSettings { Command = new CommandSettings { AppCommand = ["/app/app"] } },
    LayerPath = obj,
    Cache = args.Length > 3 ? new CacheFolder(args[3]) : null,
    Sinks = [new ArchiveSink(tarball, [ImageReference.Parse("localhost/app:1")])],
};
Console.WriteLine((await build.RunAsync(CancellationToken.None)).Image.Digest);
