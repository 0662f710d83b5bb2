using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Containerize.Attestations.Keyless;
using Containerize.Attestations.Notation;
using Containerize.Attestations.Signatures;
using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.Dockerfiles;
using Containerize.Entries;
using Containerize.IO;
using Containerize.Projects;
using Containerize.Publishing.Files;
using Containerize.Stores.Registries.Configuration;

namespace Containerize.Core.Tests.Attestations.Choices;

/// <summary>Files that decide what is trusted: one rule of what may lie there, for all readers.</summary>
public sealed class NamedKeyTests
{
    private static readonly Dictionary<string, Func<string, object>> Readers = new()
    {
        ["the key"] = path => TestKeys.Source().Open(path, ""),
        ["the public key"] = path => TestKeys.Source().OpenPublic(path),
        ["the certificate"] = path => SigningCertificate.Open(TestKeys.Source(), path),
        ["the trusted root"] = TrustedRoot.Open,
        ["the policy"] = TrustPolicy.Read,
        ["the statement"] = path => StatementFile.Read(path, "https://example.com/scan/v1"),
    };

    public static TheoryData<string> Names => [.. Readers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_no_file_is_refused_by_each_reader_in_the_same_words(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links and devices are those of Unix");
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder["loop"], folder["loop"]);
        File.CreateSymbolicLink(folder["zero"], "/dev/zero");
        File.CreateSymbolicLink(folder["to-folder"], folder[""]);
        File.WriteAllBytes(folder["large"], new byte[8 << 20 << 2]);
        AssertRefused(name, folder[""], "it is a folder, and a file is expected");
        AssertRefused(name, folder["to-folder"], "it is a folder, and a file is expected");
        AssertRefused(name, folder["loop"], "it is a symbolic link that leads to no file, or in a circle");
        AssertRefused(name, folder["zero"], "it is a device and no file");
        AssertRefused(name, folder["none"], "there is no such file");
        AssertRefused(name, folder["large"], "it has more than ");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_may_not_be_read_is_not_called_missing(string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "rights are those of Linux");
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["closed"]);
        File.WriteAllText(folder["closed/file"], "");
        File.WriteAllText(folder["file"], "");
        File.CreateSymbolicLink(folder["link"], folder["closed/file"]);
        File.SetUnixFileMode(folder["file"], UnixFileMode.None);
        File.SetUnixFileMode(folder[""], (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(folder["closed"], UnixFileMode.None);
        AsAnother(
            folder["closed"],
            () =>
            {
                foreach (var path in new[] { "file", "closed/file", "closed/none", "link", "closed" })
                    AssertRefused(
                        name,
                        folder[path],
                        path == "closed" ? "it is a folder" : "it may not be read: let the "
                    );
                Assert.Equal([folder["link"]], NamedFile.Watched(folder["link"]).Take(1));
                Assert.Equal([folder["closed/file"]], NamedFile.Watched(folder["closed/file"]));
            }
        );
        AssertRefused(name, folder["file/below"], "what its path has as a folder is a file");
        AssertRefused(name, folder[new string('a', 300)], "is longer than the system takes");
        File.CreateSymbolicLink(folder["loop"], folder["loop"]);
        AssertRefused(name, folder["loop/below"], "a link among the folders of its path leads in a circle");
    }

    [Theory]
    [InlineData(1, true, "it may not be read")]
    [InlineData(2, true, "leads to no file")]
    [InlineData(2, false, "there is no such file")]
    [InlineData(5, false, "it cannot be looked at: Input/output error")]
    [InlineData(13, true, "it may not be read")]
    [InlineData(40, true, "in a circle")]
    public void What_the_kernel_answers_is_put_into_words(int error, bool isLink, string words)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the numbers are those of Linux");
        Assert.Contains(words, NamedFile.FaultOf(error, isLink).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_that_may_not_be_read_is_not_called_missing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "rights are those of Linux");
        using var folder = new TemporaryFolder();
        File.SetUnixFileMode(folder[""], (UnixFileMode)0b111_101_101);
        Directory.CreateDirectory(folder["x509/ca/acme"], UnixFileMode.None);
        AsAnother(
            folder["x509/ca/acme"],
            () =>
            {
                var error = Assert.Throws<ContainerizeException>(() => TrustStore.Read(folder[""], ["acme"]));
                Assert.Contains("it may not be read: let the ", error.Message, StringComparison.Ordinal);
            }
        );
    }

    [Fact]
    public void Other_files_that_a_setting_names_are_not_called_missing_either()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "rights are those of Linux");
        using var folder = new TemporaryFolder();
        var environment = new MachineEnvironment(new Dictionary<string, string>(), "/home/user");
        Action<string>[] readers =
        [
            path => BuildInputs.ReadSecrets([$"id=a,src={path}"], environment, folder.Root),
            path => new PackageOptions { LockFile = path }.RefuseMissingLockFile(),
            path => new ExtraFile(path, ContainerPath.Parse("/a")).ToEntry(new(default), isAsset: false),
        ];
        Directory.CreateDirectory(folder["closed"], UnixFileMode.None);
        AsAnother(
            folder["closed"],
            () =>
            {
                foreach (var read in readers)
                    Assert.Contains(
                        "it may not be read: let the user",
                        Assert.Throws<ContainerizeException>(() => read(folder["closed/file"])).Message,
                        StringComparison.Ordinal
                    );
            }
        );
        foreach (var read in readers)
            Assert.Contains(
                "there is no",
                Assert.Throws<ContainerizeException>(() => read(folder["none"])).Message,
                StringComparison.Ordinal
            );
    }

    [Fact]
    public void A_mounted_secret_is_read_and_another_content_behind_its_link_is_noticed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links are those of Unix");
        using var folder = new TemporaryFolder();
        Mount("..one", TestKeys.Private);
        File.CreateSymbolicLink(folder["signing.pem"], "..data/signing.pem");
        var first = TestKeys.Source().Open(folder["signing.pem"], "").PublicKey.Hint;
        var before = Look();
        Assert.Equal(before, Look());
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.Delete(folder["..data"]);
        Mount("..two", other.ExportPkcs8PrivateKeyPem());
        Assert.NotEqual(first, TestKeys.Source().Open(folder["signing.pem"], "").PublicKey.Hint);
        Assert.NotEqual(before, Look());

        void Mount(string name, string key)
        {
            Directory.CreateDirectory(folder[name]);
            File.WriteAllText(folder[name + "/signing.pem"], key);
            Directory.CreateSymbolicLink(folder["..data"], name);
        }

        FileState[] Look() => [.. NamedFile.Watched(folder["signing.pem"]).Select(FileState.Of)];
    }

    [Fact]
    public async Task A_pipe_that_is_named_is_read_and_one_in_a_store_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "pipes are those of Linux");
        using var folder = new TemporaryFolder();
        NativeFiles.MakeFifo(folder["pipe"]);
        var cancelled = TestContext.Current.CancellationToken;
        var writing = Task.Run(() => File.WriteAllText(folder["pipe"], TestKeys.Public), cancelled);
        Assert.NotNull(TestKeys.Source().OpenPublic(folder["pipe"]));
        await writing;
        Assert.Contains(
            "it is a pipe",
            Assert.Throws<IOException>(() => NamedFile.Read(folder["pipe"], 10, isNamed: false)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("awskms:///alias/release?token=hunter2", "AWS KMS")]
    [InlineData("gcpkms://projects/acme/hunter2", "Google Cloud KMS")]
    [InlineData("azurekms://acme.vault.azure.net/hunter2", "Azure Key Vault")]
    [InlineData("hashivault://hunter2", "HashiCorp Vault")]
    [InlineData("pkcs11:token=hunter2", "a token")]
    public void A_key_of_a_service_leads_to_its_command(string text, string service)
    {
        var signing = Assert.Throws<ContainerizeException>(() => TestKeys.Source().Open(text, ""));
        Assert.Equal(DiagnosticTable.SigningKeyUnreadable, signing.Diagnostic);
        Assert.Contains("--key 'exec:COMMAND' and --public-key FILE", signing.Message, StringComparison.Ordinal);
        Assert.Contains("ContainerSigningCommand", signing.Message, StringComparison.Ordinal);
        var checking = Assert.Throws<ContainerizeException>(() => TestKeys.Source().OpenPublic(text));
        Assert.Equal(DiagnosticTable.PublicKeyUnreadable, checking.Diagnostic);
        foreach (var message in new[] { signing.Message, checking.Message })
        {
            Assert.Contains(service, message, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", message, StringComparison.Ordinal);
        }
    }

    // The rights of root end with the user that the file system sees, of this thread alone (setfsuid(2)); any other
    // user keeps to the modes anyway.
    private static void AsAnother(string closed, Action look)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            _ = ChangeUserOfFiles(65534);
            failure = Record.Exception(look);
        });
        thread.Start();
        thread.Join();
        // So that everybody can remove it.
        File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (failure is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
    }

#pragma warning disable SYSLIB1054 // the test project does not allow unsafe code
    [DllImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ChangeUserOfFiles(int user);
#pragma warning restore SYSLIB1054

    private static void AssertRefused(string name, string path, string why)
    {
        var error = Assert.Throws<ContainerizeException>(() => Readers[name](path));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }
}
