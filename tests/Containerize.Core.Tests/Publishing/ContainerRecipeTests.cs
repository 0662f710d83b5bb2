using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Publishing;
using Containerize.Publishing.Settings;
using Containerize.Recipes;

namespace Containerize.Core.Tests.Publishing;

public sealed class ContainerRecipeTests
{
    private static readonly Image Scratch = Image.Scratch(new Platform("linux", "amd64"));

    private static readonly Layer App = new(
        Blob.FromBytes(MediaTypes.OciLayer, "app"u8.ToArray()),
        Digest.Of("app"u8),
        "app"
    );

    [Fact]
    public void What_is_shown_is_what_is_built()
    {
        var recipe = Recipe(
            new ContainerSettings
            {
                Environment = [new("A", "1"), new("QUOTED", "a \"b\" $HOME \\ 'c'"), new("LINES", "1\n2")],
                Labels = [new("org.example", "x:y;z=,")],
                Ports = [new ContainerPort(53, "udp")],
                Command = new CommandSettings { AppCommand = ["dotnet", "/app/\"app\".dll"], DefaultArgs = ["--x"] },
            }
        );
        Assert.Equal(
            """
            ADD app.tar /
            WORKDIR /app
            ENV A="1"
            ENV QUOTED="a \"b\" \$HOME \\ 'c'"
            # ENV LINES: its value has line breaks, which a Dockerfile cannot express: "1\n2"
            LABEL org.example="x:y;z=,"
            EXPOSE 53/udp
            USER 1654
            ENTRYPOINT ["dotnet", "/app/\"app\".dll"]
            CMD ["--x"]

            """,
            recipe.ToDockerfile(Scratch.Digest).Split("FROM scratch\n")[1]
        );

        var config = recipe.ApplyTo(Scratch, DateTimeOffset.UnixEpoch).Config;
        Assert.Equal(
            ["A=1", "QUOTED=a \"b\" $HOME \\ 'c'", "LINES=1\n2"],
            config.Environment.Select(pair => $"{pair.Key}={pair.Value}")
        );
        Assert.Equal("x:y;z=,", config.Labels["org.example"]);
        Assert.Equal(["53/udp"], config.ExposedPorts);
        Assert.Equal(("/app", "1654"), (config.WorkingDirectory, config.User));
        Assert.Equal(["dotnet", "/app/\"app\".dll"], config.Entrypoint);
        Assert.Equal(["--x"], config.Cmd);
        Assert.Equal([App.DiffId], config.DiffIds);
    }

    [Fact]
    public void An_image_of_fixed_parts_has_this_digest() =>
        Assert.Equal(
            "8155d4fdc1704a94359aa4f33efd4b8d5407629ec8b37fab",
            Recipe(new ContainerSettings()).ApplyTo(Scratch, DateTimeOffset.UnixEpoch).Digest.Hex[..48]
        );

    [Theory]
    [InlineData(null, null, null, "1654")]
    [InlineData(null, "app", null, "app")]
    [InlineData(null, "app", "1000", "1000")]
    [InlineData("root", "app", "1000", "root")]
    public void The_user_is_the_projects_or_the_environments_or_the_bases_or_app(
        string? user,
        string? baseUser,
        string? uid,
        string expected
    )
    {
        var image = Scratch.With(Scratch.Config.WithUser(baseUser ?? ""));
        var settings = new ContainerSettings { User = user, Environment = uid is null ? [] : [new("APP_UID", uid)] };
        Assert.Equal(
            expected,
            ContainerRecipe.Create(Base(image), [App], settings).ApplyTo(image, DateTimeOffset.UnixEpoch).Config.User
        );
    }

    [Theory]
    [InlineData(null, "12345")]
    [InlineData("1646", "1646")]
    public void The_base_s_APP_UID_is_the_user_unless_the_project_names_another(string? user, string expected)
    {
        var image = Scratch.With(Scratch.Config.WithVariable("APP_UID", "12345").WithUser("app"));
        Assert.Equal(
            expected,
            ContainerRecipe
                .Create(Base(image), [App], new ContainerSettings { User = user })
                .ApplyTo(image, DateTimeOffset.UnixEpoch)
                .Config.User
        );
    }

    [Theory]
    [InlineData(
        "http://*:80;https://+:8443/x;http://[::]:5000;http://nowhere;unix:/x",
        "1",
        "80/tcp 8443/tcp 5000/tcp"
    )]
    [InlineData("", "8080;x;70000", "8080/tcp 9/tcp")]
    public void Ports_follow_from_the_environment(string urls, string httpPorts, string expected)
    {
        var settings = new ContainerSettings
        {
            Environment =
            [
                new("ASPNETCORE_URLS", urls),
                new("ASPNETCORE_HTTP_PORTS", httpPorts),
                new("ASPNETCORE_HTTPS_PORTS", "9"),
            ],
        };
        Assert.Equal(
            expected,
            string.Join(' ', Recipe(settings).ApplyTo(Scratch, DateTimeOffset.UnixEpoch).Config.ExposedPorts)
        );
    }

    [Fact]
    public void Everything_beyond_the_sdk_is_shown_and_built()
    {
        var recipe = Recipe(
            new ContainerSettings
            {
                Volumes = [new("/data"), new("/with \"quote\"")],
                Annotations = [new("org.example", "a=b;c:\"d\"")],
                StopSignal = "SIGINT",
                Healthcheck = new Healthcheck(["CMD", "/app/check", "-x"])
                {
                    Interval = Healthcheck.ParseTime("1m30s", "x"),
                    Retries = 3,
                },
                GeneratedLabels = new GeneratedLabels(true, true, true),
                Labels = [new("org.opencontainers.image.created", "mine")],
            }
        );
        var lines = recipe.ToDockerfile(Scratch.Digest).Split('\n');
        Assert.Contains("VOLUME [\"/with \\\"quote\\\"\"]", lines);
        Assert.Contains("STOPSIGNAL SIGINT", lines);
        Assert.Contains("HEALTHCHECK --interval=90000ms --retries=3 CMD [\"/app/check\", \"-x\"]", lines);
        Assert.Contains(
            "# An annotation, which a Dockerfile cannot express: --annotation \"org.example=a=b;c:\\\"d\\\"\"",
            lines
        );

        var image = recipe.ApplyTo(Scratch, DateTimeOffset.UnixEpoch);
        Assert.Equal("a=b;c:\"d\"", image.Manifest.Annotations["org.example"]);
        Assert.Equal(["/data", "/with \"quote\""], image.Config.Volumes);
        Assert.Equal("mine", image.Config.Labels["org.opencontainers.image.created"]);
        Assert.Equal(Scratch.Digest.ToString(), image.Config.Labels["org.opencontainers.image.base.digest"]);
        Assert.False(image.Config.Labels.ContainsKey("org.opencontainers.image.base.name"));
        Assert.Equal(
            """{"Test":["CMD","/app/check","-x"],"Interval":90000000000,"Retries":3}""",
            JsonNode.Parse(image.Config.Bytes.Span)!["config"]!["Healthcheck"]!.ToJsonString()
        );
    }

    [Theory]
    [InlineData("30")]
    [InlineData("s")]
    [InlineData("1d")]
    [InlineData("-1s")]
    [InlineData("1.5")]
    [InlineData("1.2.3s")]
    [InlineData(".s")]
    public void A_time_without_a_unit_is_an_error(string text) =>
        Assert.Equal(
            DiagnosticTable.InvalidHealthcheck,
            Assert
                .Throws<ContainerizeException>(() => Healthcheck.ParseTime(text, "ContainerHealthcheckInterval"))
                .Diagnostic
        );

    // As time.ParseDuration of Go, which BuildKit reads them with.
    [Theory]
    [InlineData("1m0.5s", 60_500)]
    [InlineData(".5s", 500)]
    [InlineData("1.h", 3_600_000)]
    [InlineData("0s", 0)]
    public void A_time_may_have_a_fraction(string text, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Healthcheck.ParseTime(text, "x"));

    private static Recipe Recipe(ContainerSettings settings) => ContainerRecipe.Create(Base(Scratch), [App], settings);

    private static RecipeBase Base(Image image) => new("scratch", null, image.Digest, image);
}
