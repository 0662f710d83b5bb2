using System.Globalization;
using System.Net;
using System.Text;
using Containerize.TestKit.Servers;

namespace Containerize.Tests.Tools;

/// <summary>Something on a loopback port that speaks HTTP and is no registry: it answers everything with one page of
/// HTML.</summary>
public sealed class FakeRegistry : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _answering;

    public FakeRegistry()
    {
        Address = "127.0.0.1:" + Server.FreePort().ToString(CultureInfo.InvariantCulture);
        _listener.Prefixes.Add($"http://{Address}/");
        _listener.Start();
        _answering = AnswerAsync();
    }

    /// <summary>Host and port.</summary>
    public string Address { get; }

    public void Dispose()
    {
        _listener.Stop();
        _answering.Wait(TimeSpan.FromSeconds(5));
        _listener.Close();
    }

    private async Task AnswerAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                context.Response.ContentType = "text/html; charset=utf-8";
                context.Response.Close(
                    Encoding.UTF8.GetBytes("<!doctype html><title>Welcome</title>"),
                    willBlock: false
                );
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                // The listener was stopped, or a client left before its answer.
            }
        }
    }
}
