namespace Containerize.Core.Tests.Dockerfiles;

/// <summary>The answers of a server of contexts: a tar, a Dockerfile, or nothing.</summary>
internal sealed class ContextAnswers : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    ) =>
        Task.FromResult(
            request.RequestUri!.AbsolutePath switch
            {
                "/c.tar.gz" => new HttpResponseMessage
                {
                    Content = new ByteArrayContent(ContextSourceTests.Tar(isCompressed: true)),
                },
                "/Dockerfile" => new HttpResponseMessage { Content = new StringContent("FROM x\n") },
                _ => new HttpResponseMessage(System.Net.HttpStatusCode.NotFound),
            }
        );
}
