namespace Containerize.Tests.Dockerfiles;

/// <summary>The Dockerfiles of every introduction: built without an engine by the command as it is installed, run by
/// one.</summary>
public sealed class IntroductionTests(Machine machine, IntroductionBases bases) : IClassFixture<IntroductionBases>
{
    [Fact]
    public async Task Python()
    {
        var context = bases.Builder.Context(
            "python",
            ("Dockerfile", $"FROM {await bases.PythonAsync()}\nCOPY . /app\nRUN make /app\nCMD python3 /app/app.py\n"),
            ("app.py", "import sys\nprint(f'Python {sys.version_info.major} says hello')\n"),
            ("Makefile", "all:\n\ttrue\n")
        );
        var image = await bases.Builder.BuildAsync(context, "introduction-python");
        var docker = await machine.Docker;
        await docker.LoadAsync(image.Tarball);
        Assert.Equal(
            "Python 3 says hello",
            (await docker.DockerAsync("run", "--rm", "--network", "none", "introduction-python")).Text
        );

        // The same from nothing: make is deterministic here, and so is the image.
        var again = new DockerfileBuilder(await machine.Tool, machine.Folder.Create("again"));
        Assert.Equal(image.Digest, (await again.BuildAsync(context, "introduction-python")).Digest);
    }

    [Fact]
    public async Task Node_and_a_changed_source_file_installs_nothing_again()
    {
        var context = bases.Builder.Context(
            "node",
            (
                "Dockerfile",
                $"FROM {await bases.NodeAsync()}\nWORKDIR /usr/src/app\nCOPY package.json .\nRUN npm install\n"
                    + "COPY . .\nCMD [ \"npm\", \"start\" ]\n"
            ),
            (
                "package.json",
                """{ "name": "introduction", "version": "1.0.0", "scripts": { "start": "node server.js" }, "dependencies": { "is-number": "7.0.0" } }"""
            ),
            ("server.js", "console.log('first ' + require('is-number')(5));\n"),
            (".dockerignore", "node_modules\n")
        );
        var first = await bases.Builder.BuildAsync(context, "introduction-node:1");
        await File.WriteAllTextAsync(
            Path.Combine(context, "server.js"),
            "console.log('second ' + require('is-number')('x'));\n",
            TestContext.Current.CancellationToken
        );
        var second = await bases.Builder.BuildAsync(context, "introduction-node:2");
        Assert.Equal(["WORKDIR ran", "COPY ran", "RUN ran", "COPY ran", "CMD config"], first.Steps("0"));
        Assert.Equal(["WORKDIR cached", "COPY cached", "RUN cached", "COPY ran", "CMD config"], second.Steps("0"));
        // npm says how many packages it added.
        Assert.Matches(@"\] \| added \d+ package", first.Progress);
        Assert.DoesNotContain("added", second.Progress, StringComparison.Ordinal);
        Assert.Matches(@"\] RUN npm install CACHED ", second.Progress);
        var docker = await machine.Docker;
        await docker.LoadAsync(first.Tarball);
        await docker.LoadAsync(second.Tarball);
        Assert.EndsWith(
            "first true",
            (await docker.DockerAsync("run", "--rm", "--network", "none", "introduction-node:1")).Text,
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            "second false",
            (await docker.DockerAsync("run", "--rm", "--network", "none", "introduction-node:2")).Text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Apache_from_apt_serves_a_page()
    {
        var context = bases.Builder.Context(
            "apache",
            (
                "Dockerfile",
                $"""
                FROM {await bases.DebianAsync()}
                RUN apt-get update && \
                    apt-get install -y --no-install-recommends apache2 && \
                    rm -rf /var/lib/apt/lists/*
                COPY index.html /var/www/html/
                CMD ["apachectl", "-D", "FOREGROUND"]
                """
            ),
            ("index.html", "<p>Served from an image that no engine built</p>\n")
        );
        var image = await bases.Builder.BuildAsync(context, "introduction-apache");
        var docker = await machine.Docker;
        await docker.LoadAsync(image.Tarball);
        var container = (await docker.DockerAsync("run", "--detach", "--network", "none", "introduction-apache")).Text;
        try
        {
            const string Fetch =
                "use IO::Socket::INET; for (1..100) { if (my $s = IO::Socket::INET->new('127.0.0.1:80')) { "
                + "print $s \"GET / HTTP/1.0\\r\\n\\r\\n\"; print while <$s>; exit 0 } select undef, undef, "
                + "undef, 0.1 } exit 1";
            var answer = await docker.DockerAsync("exec", container, "perl", "-e", Fetch);
            Assert.Contains("Served from an image that no engine built", answer.Output, StringComparison.Ordinal);
        }
        finally
        {
            await docker.DockerAsync("rm", "--force", container);
        }
    }

    [Fact]
    public async Task DotNet_is_published_in_one_stage_and_runs_in_another()
    {
        var context = bases.Builder.Context(
            "dotnet",
            (
                "Dockerfile",
                $"""
                FROM {await bases.SdkAsync()} AS build
                WORKDIR /src
                COPY *.csproj .
                RUN dotnet restore
                COPY . .
                RUN dotnet publish -c Release --no-restore -o /app

                FROM {await (await machine.Bases).AspNet}
                WORKDIR /app
                COPY --from=build /app .
                ENTRYPOINT ["dotnet", "Hello.dll"]
                """
            ),
            (
                "Hello.csproj",
                """
                <Project Sdk="Microsoft.NET.Sdk.Web">
                  <PropertyGroup><TargetFramework>net10.0</TargetFramework><Deterministic>true</Deterministic></PropertyGroup>
                </Project>
                """
            ),
            ("Program.cs", "System.Console.WriteLine(\"Published inside, run inside\");\n"),
            (".dockerignore", "bin\nobj\n")
        );
        var first = await bases.Builder.BuildAsync(context, "introduction-dotnet");
        await File.AppendAllTextAsync(
            Path.Combine(context, "Program.cs"),
            "System.Console.WriteLine(\"and changed\");\n",
            TestContext.Current.CancellationToken
        );
        var second = await bases.Builder.BuildAsync(context, "introduction-dotnet");
        Assert.Equal(["WORKDIR cached", "COPY cached", "RUN cached", "COPY ran", "RUN ran"], second.Steps("build"));
        Assert.DoesNotContain(first.LayerSizes, size => size > 200_000_000);
        var docker = await machine.Docker;
        await docker.LoadAsync(second.Tarball);
        Assert.Equal(
            "Published inside, run inside\nand changed",
            (
                await docker.DockerAsync("run", "--rm", "--network", "none", "introduction-dotnet")
            ).Text.ReplaceLineEndings("\n")
        );
    }
}
