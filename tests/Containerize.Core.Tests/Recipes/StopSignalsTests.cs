using Containerize.Recipes.Instructions;

namespace Containerize.Core.Tests.Recipes;

/// <summary>Signals that an engine knows.</summary>
public sealed class StopSignalsTests
{
    [Theory]
    [InlineData("SIGTERM")]
    [InlineData("sigint")]
    [InlineData("QUIT")]
    [InlineData("9")]
    [InlineData("64")]
    [InlineData("SIGRTMIN+3")]
    [InlineData("RTMAX-14")]
    public void A_signal_is_taken(string text) => Assert.Null(StopSignals.Objection(text));

    [Theory]
    [InlineData("SIGTREM", "Did you mean 'SIGTERM'?")]
    [InlineData("SIGTEMR", "Did you mean 'SIGTERM'?")]
    [InlineData("SIGQIUT", "Did you mean 'SIGQUIT'?")]
    [InlineData("SIGHELLO", "'SIGHELLO' is no signal. Write a name")]
    [InlineData("SIGRTMIN+99", "'SIGRTMIN+99' is no signal.")]
    [InlineData("SIGRTMIN+", "'SIGRTMIN+' is no signal.")]
    [InlineData("0", "signals are from 1 to 64")]
    [InlineData("65", "signals are from 1 to 64")]
    [InlineData("-9", "'-9' is no signal.")]
    public void What_is_none_is_doubted_with_the_nearest_one(string text, string said) =>
        Assert.Contains(said, StopSignals.Objection(text), StringComparison.Ordinal);
}
