using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Packages.Sources;
using Containerize.TestKit.Servers;
using Microsoft.AspNetCore.Http;

namespace Containerize.Core.Tests.Packages.Sources;

/// <summary>What a machine's apt.conf and auth.conf say of proxies and passwords counts for package sources.</summary>
public sealed class AptMachineTests : IDisposable
{
    private readonly TestRepository _repository = new TestRepository().With(new TestDeb("hello", "1.0")).Publish();

    public void Dispose() => _repository.Dispose();

    // Each value is what apt-config of apt 2.6 prints for the same text; it refuses the last two.
    [Theory]
    [InlineData("Acquire::http::Proxy \"http://p:1\";", "http://p:1")]
    [InlineData("acquire::HTTP::proxy \"http://p:1/\";", "http://p:1/")]
    [InlineData("Acquire { http { Proxy \"http://p:1\"; }; };", "http://p:1")]
    [InlineData("Acquire\n{\n  http::Proxy \"http://p:1\";\n};\n", "http://p:1")]
    [InlineData(
        "// no\n# no\n/* Acquire::http::Proxy \"no\"; */ Acquire::http::Proxy \"http://p:1\"; // no",
        "http://p:1"
    )]
    [InlineData("Acquire::http::Proxy \"a\";\nAcquire::http::Proxy \"b\";", "b")]
    [InlineData("Acquire::http::Proxy \"a\";\n#clear Acquire::http;\n", null)]
    [InlineData("Acquire::http::Proxy \"a\";\n#clear Acquire::https;\n", "a")]
    [InlineData("Acquire::http::Proxy \"\";", null)]
    [InlineData("DPkg::Post-Invoke { \"rm {};\"; }; Acquire::http::Proxy \"a\";", "a")]
    [InlineData("Acquire::http::Proxy:: \"listed\";", null)]
    [InlineData("Acquire::http::Proxy \"a", "a")]
    [InlineData("};;{", null)]
    public void A_setting_is_found_however_it_is_written(string text, string? expected) =>
        Assert.Equal(expected, AptConfiguration.Parse(text)["Acquire::http::Proxy"]);

    [Theory]
    [InlineData("machine a.example login me password word", "https://a.example/debian/", "me:word")]
    [InlineData("machine a.example login me password word", "http://a.example/debian/", null)]
    [InlineData("machine http://a.example login me password word", "http://a.example/debian/", "me:word")]
    [InlineData("machine http://a.example login me password word", "https://a.example/debian/", null)]
    [InlineData("machine a.example:8443 login me password word", "https://a.example/debian/", null)]
    [InlineData("machine a.example:8443 login me password word", "https://a.example:8443/x", "me:word")]
    [InlineData("machine a.example/debian login me password word", "https://a.example/debian/x", "me:word")]
    [InlineData("machine a.example/debian login me password word", "https://a.example/ubuntu/x", null)]
    [InlineData("machine example login me password word", "https://a.example/x", null)]
    [InlineData(
        "# machine a.example\nmachine b.example login no password no\n\nmachine A.example\n login me\n\tpassword w:1 x",
        "https://a.example/x",
        "me:w:1"
    )]
    [InlineData(
        "machine a.example login me password first\nmachine a.example login you password second",
        "https://a.example/",
        "me:first"
    )]
    [InlineData("password lost machine", "https://a.example/x", null)]
    public void A_login_is_for_its_machine(string text, string url, string? expected)
    {
        Write("auth.conf", text);
        var login = AptLogins.Read(AptFiles.Machine, Folder).Of(new Uri(url));
        Assert.Equal(expected, login is null ? null : $"{login.UserName}:{login.Password}");
    }

    [Theory]
    [InlineData("Acquire::http::Proxy \"http://p:1\";", "http://a.example/", "http://p:1/")]
    [InlineData("Acquire::http::Proxy \"http://p:1\";", "https://a.example/", "http://p:1/")]
    [InlineData(
        "Acquire::https::Proxy \"http://p:2\"; Acquire::http::Proxy \"http://p:1\";",
        "https://a.example/",
        "http://p:2/"
    )]
    [InlineData("Acquire::https::Proxy \"http://p:2\";", "http://a.example/", "http://environment:9/")]
    [InlineData(
        "Acquire::http::Proxy \"http://p:1\"; Acquire::http::Proxy::a.example \"DIRECT\";",
        "http://a.example/",
        null
    )]
    [InlineData("Acquire::http::Proxy::a.example \"http://p:3\";", "http://a.example/", "http://p:3/")]
    [InlineData("Acquire::http::Proxy::a.example \"http://p:3\";", "http://b.example/", "http://environment:9/")]
    [InlineData("Acquire::http::Proxy \"DIRECT\";", "http://a.example/", null)]
    [InlineData("Acquire::http::Proxy \"p:1\";", "http://a.example/", "http://p:1/")]
    [InlineData("Acquire::http::Proxy \"socks5h://p:1\";", "http://a.example/", "socks5://p:1/")]
    [InlineData("Acquire::http::Proxy \"http://p:1\";", "http://excepted.example/", null)]
    [InlineData("", "http://a.example/", "http://environment:9/")]
    public void A_proxy_is_the_one_that_apt_takes(string text, string url, string? expected)
    {
        var proxy = new AptProxy(
            AptConfiguration.Parse(text),
            AptLogins.None,
            new WebProxy("http://environment:9"),
            address => address.Host == "excepted.example"
        );
        Assert.Equal(expected, proxy.GetProxy(new Uri(url))?.ToString());
        Assert.Equal(expected is null, proxy.IsBypassed(new Uri(url)));
    }

    [Fact]
    public void Parts_are_read_by_name_and_the_file_itself_last()
    {
        Write("apt.conf.d/02second", "Acquire::http::Proxy \"second\"; A \"second\";");
        Write("apt.conf.d/01first.conf", "Acquire::http::Proxy \"first\"; B \"first\";");
        Write("apt.conf.d/03left.dpkg-old", "Acquire::http::Proxy \"old\";");
        Write("apt.conf.d/04left~", "Acquire::http::Proxy \"old\";");
        var read = AptConfiguration.Read(AptFiles.Machine, Folder);
        Assert.Equal(("second", "second", "first"), (read["Acquire::http::Proxy"], read["A"], read["B"]));
        Write("apt.conf", "Acquire::http::Proxy \"last\";");
        Assert.Equal("last", AptConfiguration.Read(AptFiles.Machine, Folder)["Acquire::http::Proxy"]);
    }

    [Fact]
    public void A_proxy_that_is_no_address_is_an_error_without_its_password()
    {
        var proxy = new AptProxy(
            AptConfiguration.Parse("Acquire::http::Proxy \"http://me:word@:x\";"),
            AptLogins.None,
            null,
            _ => false
        );
        var exception = Assert.Throws<ContainerizeException>(() => proxy.GetProxy(new Uri("http://a.example/")));
        Assert.Equal(DiagnosticTable.PackageSourceInvalid, exception.Diagnostic);
        Assert.DoesNotContain("word", exception.Message, StringComparison.Ordinal);
    }

    // A client of .NET takes an exception of its proxy for no proxy.
    [Theory]
    [InlineData("http://:x")]
    [InlineData("ftp://p.example:1")]
    public void A_client_is_not_made_with_a_proxy_that_it_cannot_use(string proxy)
    {
        Write("apt.conf", $"Acquire::http::Proxy \"{proxy}\";");
        var exception = Assert.Throws<ContainerizeException>(() => AptProxy.CreateClient(Folder, null, _ => false));
        Assert.Equal(DiagnosticTable.PackageSourceInvalid, exception.Diagnostic);
    }

    [Fact]
    public async Task Packages_come_through_the_machines_proxy_with_its_passwords()
    {
        var asked = new ConcurrentBag<string>();
        await using var server = await TestServer.StartAsync(async context =>
        {
            asked.Add(context.Request.Host.Value!);
            if (context.Request.Headers.ProxyAuthorization != Basic("proxy:one"))
            {
                context.Response.StatusCode = StatusCodes.Status407ProxyAuthenticationRequired;
                context.Response.Headers.ProxyAuthenticate = "Basic realm=\"tests\"";
                return;
            }

            var file = Path.Combine(_repository.Root, context.Request.Path.Value![1..]);
            if (context.Request.Headers.Authorization != Basic("me:two"))
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            else if (File.Exists(file))
                await context.Response.Body.WriteAsync(
                    await File.ReadAllBytesAsync(file, context.RequestAborted),
                    context.RequestAborted
                );
            else
                context.Response.StatusCode = StatusCodes.Status404NotFound;
        });
        Write("apt.conf.d/90proxy", $"Acquire::http::Proxy \"http://proxy:one@{server.Authority}/\";\n");
        var settings = _repository.Settings("hello") with
        {
            Sources = [_repository.Source with { Root = new Uri("http://archive.invalid/") }],
        };
        var refused = await Assert.ThrowsAsync<ContainerizeException>(() => InstallAsync(settings));
        Assert.Equal(DiagnosticTable.PackageSourceUnreachable, refused.Diagnostic);
        Write("auth.conf.d/90archive.conf", "machine http://archive.invalid login me password two\n");
        using var installed = await InstallAsync(settings);
        Assert.Equal(["hello"], installed.Packages.Select(package => package.Name));
        Assert.Equal(["archive.invalid"], asked.Distinct());
    }

    [Fact]
    public async Task A_list_of_mirrors_of_the_machine_stands_for_its_first_address()
    {
        Write("mirrors/debian.list", $"# the best\nfile://{_repository.Root}/\tpriority:1\nhttp://other.invalid/\n");
        Write("keys/test.asc", TestKey.Trusted.Armored);
        Write(
            "sources.list.d/debian.sources",
            $"Types: deb\nURIs: mirror+file:{Folder}/mirrors/debian.list\nSuites: stable\nComponents: main\n"
                + $"Signed-By: {Folder}/keys/test.asc\n"
        );
        using var installed = await _repository.InstallAsync(_repository.Settings("hello") with { Sources = [] });
        Assert.Equal(["hello"], installed.Packages.Select(package => package.Name));
    }

    // The test's repository lies in its machine's folder.
    private string Folder => _repository.Settings("hello").AptFolder;

    private void Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private Task<TestInstallation> InstallAsync(Containerize.Packages.PackageSettings settings) =>
        _repository.InstallAsync(settings, client: AptProxy.CreateClient(Folder, null, _ => false));

    private static string Basic(string login) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(login));
}
