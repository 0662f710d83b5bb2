using System.Globalization;
using System.Text;
using Containerize.Images;

namespace Containerize.Recipes.Instructions;

/// <summary><c>HEALTHCHECK</c>.</summary>
internal sealed record HealthcheckInstruction(Healthcheck Healthcheck) : Instruction
{
    public override string ToDockerfile()
    {
        var text = new StringBuilder("HEALTHCHECK");
        AddTime("interval", Healthcheck.Interval);
        AddTime("timeout", Healthcheck.Timeout);
        AddTime("start-period", Healthcheck.StartPeriod);
        AddTime("start-interval", Healthcheck.StartInterval);
        if (Healthcheck.Retries is { } retries)
            text.Append(CultureInfo.InvariantCulture, $" --retries={retries}");
        return text.Append(' ').Append(Command()).ToString();

        void AddTime(string option, TimeSpan? time)
        {
            if (time is { } value)
                text.Append(CultureInfo.InvariantCulture, $" --{option}={value.TotalMilliseconds:0.####}ms");
        }
    }

    protected override ImageConfig Change(ImageConfig config) => config.WithHealthcheck(Healthcheck);

    private string Command() =>
        Healthcheck.Test[0] switch
        {
            "CMD-SHELL" => "CMD " + Healthcheck.Test[1],
            "CMD" => "CMD " + DockerfileText.Words(Healthcheck.Test.RemoveAt(0)),
            _ => "NONE",
        };
}
