using Containerize.Diagnostics;
using Containerize.IO;

namespace Containerize.Core.Tests.Stores;

/// <summary>Files that are written at the end of long work, and what is learned of them before it.</summary>
public sealed class OutputFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("new.json")]
    [InlineData("folders/that/are/missing/new.json")]
    [InlineData("there.json")]
    [InlineData("link.json")]
    [InlineData("/dev/null")]
    public void What_can_be_written_is_not_touched(string name)
    {
        File.WriteAllText(_folder["there.json"], "before");
        File.CreateSymbolicLink(_folder["link.json"], _folder["there.json"]);
        OutputFiles.Try(Path.Combine(_folder[""], name));
        Assert.Equal("before", File.ReadAllText(_folder["there.json"]));
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder[""]).Length);
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("to-folder")]
    [InlineData("there.json/below")]
    [InlineData("to-proc")]
    [InlineData("/proc/sys/new.json")]
    public async Task What_cannot_be_written_is_an_error_before_and_after(string name)
    {
        Directory.CreateDirectory(_folder["folder"]);
        await File.WriteAllTextAsync(_folder["there.json"], "", TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(_folder["to-folder"], _folder["folder"]);
        File.CreateSymbolicLink(_folder["to-proc"], "/sys/new.json");
        var path = Path.Combine(_folder[""], name);
        var before = Record.Exception(() => OutputFiles.Try(path));
        var after = await Record.ExceptionAsync(() => OutputFiles.WriteTextAsync(path, ""));
        Assert.Equal(DiagnosticTable.OutputNotWritable, Assert.IsType<ContainerizeException>(after).Diagnostic);
        // The kernel's own files are written into, and only that tells whether they take it.
        if (!name.StartsWith("/proc/", StringComparison.Ordinal))
            Assert.Equal(DiagnosticTable.OutputNotWritable, Assert.IsType<ContainerizeException>(before).Diagnostic);
    }
}
