using FluentValidation;
using HelloWeb;
using HelloWeb.Greetings;
using NodaTime;
using Serilog;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSerilog(logging => logging.ReadFrom.Configuration(builder.Configuration).WriteTo.Console());
builder.Services.AddSingleton<IClock>(SystemClock.Instance);
builder.Services.AddSingleton<IDateTimeZoneProvider>(DateTimeZoneProviders.Tzdb);
builder.Services.AddSingleton<Greeter>();
builder.Services.AddSingleton<IValidator<GreetingRequest>, GreetingRequestValidator>();
builder.Services.AddSingleton(new MarkdownPages(Path.Combine(builder.Environment.ContentRootPath, "Pages")));

var app = builder.Build();
app.UseSerilogRequestLogging();
app.MapStaticAssets();

app.MapGet("/", (MarkdownPages pages) => Results.Content(pages.Render("welcome"), "text/html; charset=utf-8"));

app.MapGet("/health", () => Results.Ok(new { status = "healthy" }));

app.MapGet(
    "/greet/{name}",
    (
        [AsParameters] GreetingRequest request,
        IValidator<GreetingRequest> validator,
        IDateTimeZoneProvider zones,
        Greeter greeter
    ) =>
    {
        var validation = validator.Validate(request);
        return validation.IsValid
            ? Results.Ok(greeter.Greet(request.Name, zones[request.Zone ?? "Etc/UTC"]))
            : Results.ValidationProblem(validation.ToDictionary());
    }
);

app.Run();
