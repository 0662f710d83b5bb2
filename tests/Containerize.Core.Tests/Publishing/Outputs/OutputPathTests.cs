using Containerize.Diagnostics;
using Containerize.Publishing.Outputs;

namespace Containerize.Core.Tests.Publishing.Outputs;

public sealed class OutputPathTests
{
    [Theory]
    [InlineData("/bin/publish")]
    [InlineData("/bin/publish/")]
    [InlineData("/bin/publish/image.tar")]
    [InlineData("/bin/publish/..image.tar")]
    [InlineData("/bin/x/../publish/a/b")]
    public void An_output_inside_the_publish_folder_is_refused(string path)
    {
        var exception = Assert.Throws<ContainerizeException>(() =>
            OutputPath.RefuseInside(path, "/bin/publish", "ContainerArchiveOutputPath")
        );
        Assert.Equal(DiagnosticTable.OutputInsidePublishFolder, exception.Diagnostic);
        Assert.Contains("ContainerArchiveOutputPath", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/bin/image.tar")]
    [InlineData("/bin/publish.tar")]
    [InlineData("/bin")]
    [InlineData("/bin/publish/../image.tar")]
    public void An_output_beside_the_publish_folder_is_not(string path) =>
        OutputPath.RefuseInside(path, "/bin/publish", "ContainerArchiveOutputPath");
}
