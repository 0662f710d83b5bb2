using FluentValidation;
using NodaTime;

namespace HelloWeb;

/// <summary>Who wants to be greeted, and where.</summary>
public sealed record GreetingRequest(string Name, string? Zone);

/// <summary>A name that a person could have, and a time zone that exists.</summary>
public sealed class GreetingRequestValidator : AbstractValidator<GreetingRequest>
{
    public GreetingRequestValidator(IDateTimeZoneProvider zones)
    {
        RuleFor(request => request.Name).NotEmpty().MaximumLength(40);
        RuleFor(request => request.Zone)
            .Must(zone => zone is null || zones.GetZoneOrNull(zone) is not null)
            .WithMessage("'{PropertyValue}' is not a time zone.");
    }
}
