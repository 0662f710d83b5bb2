using Containerize.Images;

namespace Containerize.Tasks;

/// <summary>The translation of what goes beyond the SDK's own items.</summary>
public sealed partial class BuildImage
{
    private Healthcheck? ReadHealthcheck() =>
        Healthcheck.Parse(HealthcheckCommand) is { } check
            ? check with
            {
                Interval = Healthcheck.ParseTime(HealthcheckInterval, "ContainerHealthcheckInterval"),
                Timeout = Healthcheck.ParseTime(HealthcheckTimeout, "ContainerHealthcheckTimeout"),
                StartPeriod = Healthcheck.ParseTime(HealthcheckStartPeriod, "ContainerHealthcheckStartPeriod"),
                Retries = Healthcheck.ParseRetries(HealthcheckRetries),
            }
            : Healthcheck.RefuseWithoutCommand(
                HealthcheckInterval,
                HealthcheckTimeout,
                HealthcheckStartPeriod,
                HealthcheckRetries
            );
}
