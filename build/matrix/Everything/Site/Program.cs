using System.Globalization;
using Site.Data;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddRazorPages();
builder.Services.Configure<ShopOptions>(builder.Configuration.GetSection("Shop"));
builder.Services.ConfigureHttpJsonOptions(options =>
    options.SerializerOptions.TypeInfoResolverChain.Insert(0, ShopJson.Default)
);
var app = builder.Build();
app.MapStaticAssets();
app.MapRazorPages();
app.MapGet(
    "/order/{number}",
    (string number) =>
    {
        Log.Asked(app.Logger, number);
        return Patterns.Number().IsMatch(number) ? Results.Ok(new Order(number, Linked.Text)) : Results.NotFound();
    }
);
app.MapGet("/greeting", (string? culture) => Texts.Greeting.In(CultureInfo.GetCultureInfo(culture ?? "en")));
app.MapGet("/process", () => Native.ProcessId() == Environment.ProcessId);
app.Run();
