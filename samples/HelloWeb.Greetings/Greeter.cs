using Humanizer;
using NodaTime;

namespace HelloWeb.Greetings;

/// <summary>Greets people by the time of their day.</summary>
public sealed class Greeter(IClock clock)
{
    private int _greeted;

    /// <summary>Greets a person.</summary>
    /// <param name="name">The person's name.</param>
    /// <param name="zone">The time zone of the person, by its IANA name.</param>
    public Greeting Greet(string name, DateTimeZone zone)
    {
        var time = clock.GetCurrentInstant().InZone(zone).TimeOfDay;
        var part = time.Hour switch
        {
            < 5 => "night",
            < 12 => "morning",
            < 18 => "afternoon",
            _ => "evening",
        };
        var count = Interlocked.Increment(ref _greeted);
        return new Greeting(
            $"Good {part}, {name.Transform(To.TitleCase)}!",
            $"You are my {count.ToOrdinalWords()} guest."
        );
    }
}
