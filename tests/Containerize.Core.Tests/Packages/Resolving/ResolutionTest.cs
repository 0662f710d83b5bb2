using System.Text;
using Containerize.Diagnostics;
using Containerize.Packages.Resolving;
using Containerize.Packages.Sources;
using Containerize.Packages.Systems;

namespace Containerize.Core.Tests.Packages.Resolving;

/// <summary>What tests of the resolution share.</summary>
public abstract class ResolutionTest
{
    protected static string Stanza(string name, string version, string more = "") =>
        $"Package: {name}\nVersion: {version}\nArchitecture: amd64\n{more}".TrimEnd('\n') + "\n";

    protected static PackageIndex Index(params string[] stanzas) =>
        PackageIndex.Read(Encoding.UTF8.GetBytes(string.Join('\n', stanzas)), "amd64", "test");

    protected static PackageCatalog Catalog(params (PackageIndex Index, int Priority)[] indexes) =>
        new(
            "amd64",
            [
                .. indexes.Select(index => new CatalogEntry(
                    index.Index,
                    new PackageOrigin(new Uri("file:///r/")),
                    index.Priority
                )),
            ]
        );

    protected static InstalledPackages Installed(params string[] packages) =>
        InstalledPackages.Read(
            packages
                .Select(package => package.Split('='))
                .Select(parts => (Stanza(parts[0], parts[1], "Status: install ok installed"), "status")),
            "amd64"
        );

    protected static string Resolve(string names, params string[] stanzas) =>
        Resolve(names, InstalledPackages.None, stanzas);

    protected static string Resolve(string names, InstalledPackages installed, params string[] stanzas) =>
        Text(
            Resolution.Of(
                Catalog((Index(stanzas), 500)),
                installed,
                names.Split(' ').Select(PackageRequest.Parse),
                PackageClosure.Full
            )
        );

    protected static string Resolve(string[] names, params (PackageIndex, int)[] indexes) =>
        Text(
            Resolution.Of(
                Catalog(indexes),
                InstalledPackages.None,
                names.Select(PackageRequest.Parse),
                PackageClosure.Full
            )
        );

    protected static string Text(Resolution resolution) =>
        string.Join(' ', resolution.Packages.Select(package => $"{package.Record.Name}={package.Record.Version}"));

    protected static ContainerizeException Fails(string names, params string[] stanzas) =>
        Assert.Throws<ContainerizeException>(() => Resolve(names, stanzas));
}
