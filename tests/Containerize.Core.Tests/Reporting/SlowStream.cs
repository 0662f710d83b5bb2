using Microsoft.Extensions.Time.Testing;

namespace Containerize.Core.Tests.Reporting;

/// <summary>Bytes of which each reading takes a second of a clock that a test holds.</summary>
public sealed class SlowStream(byte[] bytes, FakeTimeProvider time) : MemoryStream(bytes)
{
    // Every other way of reading leads here, since this class is not MemoryStream itself.
    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = base.Read(buffer, offset, count);
        if (read > 0)
            time.Advance(TimeSpan.FromSeconds(1));
        return read;
    }
}
