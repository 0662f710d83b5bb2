using System.Text;
using System.Text.Json.Nodes;
using Containerize.Core.Tests.Stores;
using Containerize.Images;
using Containerize.Recipes;

namespace Containerize.Core.Tests.Recipes;

/// <summary>History in the words of those who write it, read back as a Dockerfile.</summary>
public sealed class HistoryDockerfileTests
{
    [Theory]
    // The classic builder and buildah.
    [InlineData("/bin/sh -c #(nop)  CMD [\"bash\"]", "CMD [\"bash\"]")]
    [InlineData("/bin/sh -c #(nop) ADD file:0123 in / ", "ADD file:0123 /")]
    [InlineData("/bin/sh -c #(nop) ENV A=1 b", "ENV A=\"1 b\"")]
    [InlineData("/bin/sh -c apt-get update", "RUN apt-get update")]
    [InlineData("|1 VERSION=2 /bin/sh -c make", "ARG VERSION=2\nRUN make")]
    [InlineData("/bin/sh -c #(nop)  EXPOSE map[80/tcp:{}]", "EXPOSE 80/tcp")]
    // BuildKit.
    [InlineData("RUN /bin/sh -c make all # buildkit", "RUN make all")]
    [InlineData("RUN |2 A=1 B=2 /bin/sh -c make # buildkit", "ARG A=1\nARG B=2\nRUN make")]
    [InlineData("RUN /bin/sh -c echo a\necho b # buildkit", "RUN <<EOF\necho a\necho b\nEOF")]
    [InlineData("COPY app /app # buildkit", "COPY app /app")]
    [InlineData("VOLUME [/data /logs]", "VOLUME [\"/data\", \"/logs\"]")]
    [InlineData("EXPOSE [8080/tcp]", "EXPOSE 8080/tcp")]
    // Ourselves, and what is no Dockerfile's.
    [InlineData("WORKDIR /app", "WORKDIR /app")]
    [InlineData("USER 1654", "USER 1654")]
    [InlineData("# debian.sh --arch amd64", "# debian.sh --arch amd64")]
    [InlineData("bazel build //x", "# bazel build //x")]
    public void An_instruction_is_read_back(string createdBy, string expected) =>
        Assert.Equal($"FROM scratch\n{expected}\n", HistoryDockerfile.Of(WithHistory(createdBy)));

    [Fact]
    public void A_layer_of_which_history_says_nothing_is_added_as_a_tar()
    {
        var image = TestImage.Of("one");
        var json = JsonNode.Parse(image.Config.Bytes.Span)!;
        json["history"] = new JsonArray();
        json["config"] = new JsonObject
        {
            ["Env"] = new JsonArray("A=x \"y\""),
            ["Cmd"] = new JsonArray("sh"),
            ["User"] = "app",
        };
        var bare = image.With(ImageConfig.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()), "test"));
        Assert.Equal(
            $"FROM scratch\nADD {image.Layers[0].DiffId.Hex[..12]}.tar /\nENV A=\"x \\\"y\\\"\"\nUSER app\nCMD "
                + "[\"sh\"]\n",
            HistoryDockerfile.Of(bare)
        );
    }

    // A is a variable of the image, so that its value differs from a second variable.
    private static Image WithHistory(string createdBy) =>
        TestImage.Of() is var image
            ? image.With(image.Config.WithVariable("A", "1 b").WithHistory(DateTimeOffset.UnixEpoch, createdBy))
            : throw new InvalidOperationException();
}
