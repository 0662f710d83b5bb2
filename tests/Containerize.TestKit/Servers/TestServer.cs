using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Containerize.TestKit.Servers;

/// <summary>A web server on a free port of 127.0.0.1 that does what a function says.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestServer(WebApplication app) => _app = app;

    /// <summary>Host and port.</summary>
    public string Authority => new Uri(_app.Urls.First()).Authority;

    public static async Task<TestServer> StartAsync(
        RequestDelegate handle,
        Action<ListenOptions>? listen = null,
        IPAddress? address = null
    )
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.Limits.MaxRequestBodySize = null;
                kestrel.Limits.MinRequestBodyDataRate = null;
                kestrel.AddServerHeader = false;
                kestrel.Listen(
                    address ?? IPAddress.Loopback,
                    0,
                    options =>
                    {
                        options.Protocols = HttpProtocols.Http1;
                        listen?.Invoke(options);
                    }
                );
            });
        if (listen is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        var app = builder.Build();
        app.Run(handle);
        await app.StartAsync();
        return new TestServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        try
        {
            await _app.StopAsync(now.Token);
        }
        catch (OperationCanceledException) { }

        await _app.DisposeAsync();
    }
}
