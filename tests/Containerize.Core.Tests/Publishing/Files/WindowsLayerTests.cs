using System.Formats.Tar;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Publishing;
using Containerize.Publishing.Files;
using Containerize.Publishing.Layering;
using Containerize.Publishing.Settings;
using Containerize.Recipes;

namespace Containerize.Core.Tests.Publishing.Files;

/// <summary>Layers of Windows containers, read back with the framework's tar.</summary>
public sealed class WindowsLayerTests : IDisposable
{
    /// <summary>What the .NET SDK 10.0.401 writes for every entry: owner and group BUILTIN\Users.</summary>
    private const string SecurityDescriptor =
        "AQAAgBQAAAAkAAAAAAAAAAAAAAABAgAAAAAABSAAAAAhAgAAAQIAAAAAAAUgAAAAIQIAAA==";

    private readonly string _folder = Directory.CreateTempSubdirectory("containerize-windows-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(@"C:\app", "/Files/app", @"C:\app")]
    [InlineData(@"C:\srv\my app\", "/Files/srv/my app", @"C:\srv\my app")]
    [InlineData("c:/app/", "/Files/app", @"C:\app")]
    [InlineData(@"\app", "/Files/app", @"C:\app")]
    [InlineData("/app", "/Files/app", @"C:\app")]
    [InlineData(@"C:\", "/Files", @"C:\")]
    public void A_path_has_a_place_in_a_layer_and_a_name_in_the_container(string text, string path, string name)
    {
        var parsed = WindowsFiles.Parse(text);
        Assert.Equal((path, name), (parsed.Text, WindowsFiles.NameOf(parsed)));
    }

    [Theory]
    [InlineData("app")]
    [InlineData(@"D:\app")]
    [InlineData(@"C:app")]
    [InlineData(@"C:\app\..\x")]
    [InlineData(@"C:\a|b")]
    [InlineData(@"C:\app.")]
    public void A_path_that_Windows_does_not_take_is_an_error(string text) =>
        Assert.Equal(
            DiagnosticTable.InvalidPath,
            Assert.Throws<ContainerizeException>(() => WindowsFiles.Parse(text)).Diagnostic
        );

    [Fact]
    public void A_layer_has_the_drive_and_the_hives_and_every_entry_its_attributes()
    {
        File.WriteAllText(Path.Combine(_folder, "app.dll"), "x");
        var entries = Read(
            Plan(new ContainerSettings { IsWindows = true, WorkingDirectory = WindowsFiles.Parse(@"C:\srv\app") })
        );
        Assert.Equal(
            ["Files/ 16", "Files/srv/ 16", "Files/srv/app/ 16", "Files/srv/app/app.dll 32", "Hives/ 16"],
            entries.Select(entry => $"{entry.Name} {entry.ExtendedAttributes["MSWINDOWS.fileattr"]}")
        );
        var content = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(0x2d7116);
        Assert.All(
            entries,
            entry =>
                Assert.Equal(
                    entry.Name.EndsWith(".dll", StringComparison.Ordinal) ? content : DateTimeOffset.UnixEpoch,
                    entry.ModificationTime
                )
        );
        Assert.All(entries, entry => Assert.Equal(SecurityDescriptor, entry.ExtendedAttributes["MSWINDOWS.rawsd"]));
    }

    [Theory]
    [InlineData("a:b")]
    [InlineData("what?")]
    [InlineData("back\\slash")]
    public void A_published_name_that_Windows_does_not_take_is_an_error(string name)
    {
        File.WriteAllText(Path.Combine(_folder, name), "x");
        var exception = Assert.Throws<ContainerizeException>(() =>
            Plan(new ContainerSettings { IsWindows = true, WorkingDirectory = WindowsFiles.Parse("/app") })
        );
        Assert.Equal(DiagnosticTable.InvalidPath, exception.Diagnostic);
        Assert.Contains(name, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("C:/data", @"C:\data")]
    [InlineData(@"D:", "D:")]
    public void A_volume_is_an_absolute_path_of_Windows_and_no_folder_is_made_for_it(string text, string path) =>
        Assert.Equal(
            new ContainerVolume(path) { IsMade = false },
            ContainerVolume.Parse(text, "", "", isWindows: true)
        );

    [Theory]
    [InlineData("/data", true)]
    [InlineData("data", true)]
    [InlineData("data", false)]
    [InlineData(@"C:\data", false)]
    public void A_volume_that_is_not_absolute_is_an_error(string text, bool isWindows) =>
        Assert.Equal(
            DiagnosticTable.InvalidVolume,
            Assert.Throws<ContainerizeException>(() => ContainerVolume.Parse(text, "", "", isWindows)).Diagnostic
        );

    [Fact]
    public void The_user_is_the_account_without_rights_and_variables_have_no_case()
    {
        var image = Image.Scratch(new Platform("windows", "amd64") { OsVersion = "10.0.20348.2700" });
        image = image.With(image.Config.WithVariable("Path", @"C:\Windows").WithVariable("APP_UID", "1654"));
        var settings = new ContainerSettings
        {
            IsWindows = true,
            WorkingDirectory = WindowsFiles.Parse("/app"),
            Environment = [new("PATH", @"C:\dotnet")],
        };
        var recipe = ContainerRecipe.Create(new RecipeBase("base", null, image.Digest, image), [], settings);
        var config = recipe.ApplyTo(image, DateTimeOffset.UnixEpoch).Config;
        Assert.Equal(
            ("ContainerUser", @"C:\app", "10.0.20348.2700"),
            (config.User, config.WorkingDirectory, config.Platform.OsVersion)
        );
        Assert.Equal(
            [@"PATH=C:\dotnet", "APP_UID=1654"],
            config.Environment.Select(pair => $"{pair.Key}={pair.Value}")
        );
        Assert.Contains(@"WORKDIR C:\\app", recipe.ToDockerfile(image.Digest), StringComparison.Ordinal);
    }

    private LayerPlan Plan(ContainerSettings settings) =>
        LayerPlan.Create(PublishFolder.Read(_folder, new HashSet<string>()), [], settings);

    private static List<PaxTarEntry> Read(LayerPlan plan)
    {
        var folder = Directory.CreateTempSubdirectory("containerize-layer-").FullName;
        try
        {
            var writer = new LayerWriter(folder, new LayerEncoding(LayerCompression.None, null));
            writer.Write(plan.Layers.Single(), TestContext.Current.CancellationToken);
            using var tar = new TarReader(File.OpenRead(writer.PathOf("app")));
            var entries = new List<PaxTarEntry>();
            while (tar.GetNextEntry(copyData: true) is { } entry)
                entries.Add(Assert.IsType<PaxTarEntry>(entry));
            return entries;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
