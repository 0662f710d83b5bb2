using Containerize.Build;

// dotnet run --project build/BaseImage -- runtime-deps|aspnet OUTDIR [PACKAGE...]
if (args is not [("runtime-deps" or "aspnet") and var kind, var layout, .. var packages])
{
    Console.Error.WriteLine(
        """
        usage: BaseImage runtime-deps|aspnet OUTDIR [PACKAGE...]

        Makes a base image as an OCI layout, for machines that do not reach the registry with Microsoft's images:
          runtime-deps   what a self-contained .NET app needs, and the packages named, from this machine's apt sources
          aspnet         the same, and above it this machine's own shared .NET runtime
        """
    );
    return 2;
}

var image = new BaseImage { Packages = [.. packages], HasRuntime = kind == "aspnet" };
await image.WriteAsync(Path.GetFullPath(layout));
return 0;
