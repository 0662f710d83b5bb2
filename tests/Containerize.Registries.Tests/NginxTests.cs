using Containerize.TestKit.Servers;

namespace Containerize.Registries.Tests;

/// <summary>docker-registry behind nginx.</summary>
public sealed class NginxTests : RealRegistryTest
{
    [Theory]
    [InlineData("proxy_request_buffering on")]
    [InlineData("proxy_request_buffering off")]
    public async Task A_proxy_that_limits_bodies_gets_chunks(string buffering)
    {
        await using var registry = await DockerRegistry.StartAsync(Folder.Create("registry"));
        await using var proxy = await Nginx.StartAsync(
            Folder.Create("nginx"),
            $$"""
            client_max_body_size 1m;
            location / { proxy_pass http://{{registry.Address}}; proxy_set_header Host $http_host; {{buffering}}; }
            """
        );
        await AssertGoesThroughAsync(proxy.Address, Options with { ChunkSize = 1_000_000 });
        Assert.Contains(registry.Requests, request => request.Method == "PATCH");
    }

    [Fact]
    public async Task A_proxy_that_redirects_to_a_subpath_is_followed()
    {
        await using var registry = await DockerRegistry.StartAsync(Folder.Create("registry"));
        await using var proxy = await Nginx.StartAsync(
            Folder.Create("nginx"),
            $$"""
            client_max_body_size 0;
            location /v2/ { return 308 $scheme://$http_host/registry$request_uri; }
            location /registry/ { proxy_pass http://{{registry.Address}}/; proxy_set_header Host $http_host; }
            """
        );
        await AssertGoesThroughAsync(proxy.Address);
    }

    [Fact]
    public async Task A_proxy_that_does_not_pass_on_the_host_is_followed_on_the_same_host()
    {
        await using var registry = await DockerRegistry.StartAsync(Folder.Create("registry"));
        await using var proxy = await Nginx.StartAsync(
            Folder.Create("nginx"),
            $$"""
            client_max_body_size 0;
            location / { proxy_pass http://{{registry.Address}}; }
            """
        );
        await AssertGoesThroughAsync(proxy.Address);
    }
}
