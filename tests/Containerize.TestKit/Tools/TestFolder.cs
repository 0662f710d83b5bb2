namespace Containerize.TestKit.Tools;

/// <summary>The folders of the tests: one in the system's temporary folder for each run, gone after it.</summary>
public sealed class TestFolder : IDisposable
{
    private int _next;

    /// <summary>Its absolute path.</summary>
    // In lower case: buildah takes the path of a layout for the name of a repository.
    public string Path { get; } =
        Directory
            .CreateDirectory(
                System.IO.Path.Combine(
                    System.IO.Path.GetTempPath(),
                    $"containerize-tests-{Guid.NewGuid().ToString("N")[..8]}"
                )
            )
            .FullName;

    /// <summary>The repository that these tests belong to, found from where their program lies.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>Makes a folder of its own for a test.</summary>
    /// <param name="name">A word that helps a reader of the folder of a run that was stopped.</param>
    public string Create(string name) =>
        Directory
            .CreateDirectory(
                System.IO.Path.Combine(
                    Path,
                    FormattableString.Invariant($"{Interlocked.Increment(ref _next):000}-{name}")
                )
            )
            .FullName;

    /// <summary>A path in this folder, which need not exist.</summary>
    public string Combine(params IEnumerable<string> names) => System.IO.Path.Combine([Path, .. names]);

    public void Dispose()
    {
        // Programs in containers leave folders that only root may enter; the tests are root then.
        if (Environment.GetEnvironmentVariable("CONTAINERIZE_TESTS_KEEP") is not null)
            return;
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // .NET cannot remove a name that is not UTF-8; tests of such names leave some.
            using var remove = System.Diagnostics.Process.Start("rm", ["-rf", "--", Path]);
            remove.WaitForExit();
        }
    }

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Containerize.sln")))
                return folder.FullName;
        throw new InvalidOperationException($"No Containerize.sln above {AppContext.BaseDirectory}.");
    }
}
