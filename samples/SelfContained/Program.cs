using System.Globalization;
using NodaTime;
using NodaTime.Text;

// The runtime comes with the app; time zones and cultures come from NodaTime and from the base image's ICU.
var zone = DateTimeZoneProviders.Tzdb[args.Length > 0 ? args[0] : "Europe/Istanbul"];
var culture = CultureInfo.GetCultureInfo(args.Length > 1 ? args[1] : "tr-TR");
var now = SystemClock.Instance.GetCurrentInstant().InZone(zone);

Console.WriteLine(
    ZonedDateTimePattern.CreateWithCurrentCulture("dddd, d MMMM uuuu HH:mm z", null).WithCulture(culture).Format(now)
);
