using Containerize.Diagnostics;
using Containerize.Publishing.Settings;

namespace Containerize.Core.Tests.Publishing.Settings;

public sealed class SwitchesTests
{
    [Theory]
    [InlineData("true", true)]
    [InlineData("TRUE", true)]
    [InlineData("False", false)]
    [InlineData("", false)]
    public void A_switch_is_true_or_false(string text, bool value) =>
        Assert.Equal(value, Switches.Parse("ContainerOffline", text));

    [Theory]
    [InlineData("ja")]
    [InlineData(" true ")]
    [InlineData("yess")]
    [InlineData("yes")]
    [InlineData("on")]
    [InlineData("1")]
    [InlineData("!false")]
    public void Anything_else_is_an_error_that_names_the_property(string text)
    {
        var exception = Assert.Throws<ContainerizeException>(() => Switches.Parse("ContainerPlanOnly", text));
        Assert.Equal(
            (DiagnosticTable.InvalidSwitch, $"ContainerPlanOnly is '{text}'. Set it to 'true' or 'false'."),
            (exception.Diagnostic, exception.Message)
        );
    }
}
