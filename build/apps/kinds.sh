# shellcheck shell=bash disable=SC2154
# The apps of build/apps.sh: kinds of programs that people publish, each as small as its kind allows.
aspnet=Microsoft.NET.Sdk.Web
console=Microsoft.NET.Sdk
package() { printf '<PackageReference Include="%s" Version="%s" />' "$1" "$2"; }

if wants identity && new "$made" webapp -au Individual; then
  sed -i 's/DataSource=app.db/DataSource=\/tmp\/app.db/' "$made/App/appsettings.json"
  sed -i 's/^app.Run();/app.MapGet("\/users", (App.Data.ApplicationDbContext data) => { data.Database.EnsureCreated(); return data.Users.Count(); });\n&/' "$made/App/Program.cs"
  app 'identity, SQLite' App.csproj 's/Welcome/Goodbye/' Pages/Index.cshtml -- / /Identity/Account/Login /users /css/site.css
fi
wants 'mvc' && new "$made" mvc && app 'mvc' App.csproj 's/Welcome/Goodbye/' Views/Home/Index.cshtml -- / /Home/Privacy /js/site.js
# A project of this kind has a component App, which the namespace of its name would hide.
title=Site
wants 'blazor server' && new "$made" blazor -int Server && app 'blazor server' Site.csproj 's/Hello/Goodbye/' Components/Pages/Home.razor -- / /counter /app.css
for kind in WebAssembly Auto; do
  wants "blazor $kind" && new "$made" blazor -int "$kind" &&
    app "blazor $kind" Site/Site.csproj 's/currentCount++/currentCount += 2/' Site.Client/Pages/Counter.razor -- / /counter /_framework/blazor.web.js
done
title=

if wants yarp && new "$made"; then
  project "$made" "$aspnet" "$(package Yarp.ReverseProxy 2.3.0)" '<PublishReadyToRun>true</PublishReadyToRun><SelfContained>false</SelfContained>'
  cat >"$made/App/Program.cs" <<'CS'
var builder = WebApplication.CreateBuilder(args);
var here = builder.Configuration["URLS"]!;
builder.Services.AddReverseProxy().LoadFromMemory(
    [new() { RouteId = "all", ClusterId = "here", Match = new() { Path = "/through/{**rest}" }, Transforms = [new Dictionary<string, string> { ["PathRemovePrefix"] = "/through" }] }],
    [new() { ClusterId = "here", Destinations = new Dictionary<string, Yarp.ReverseProxy.Configuration.DestinationConfig> { ["one"] = new() { Address = here } } }]);
var app = builder.Build();
app.MapGet("/", () => "Hello");
app.MapReverseProxy();
app.Run();
CS
  app 'yarp, ReadyToRun' App.csproj 's/Hello/Goodbye/' Program.cs -r linux-x64 -- / /through/
fi

if wants grpc && new "$work/server" grpc; then
  made="$work/server"
  http2=--http2-prior-knowledge
  app 'grpc server' App.csproj 's/Hello /Goodbye /' Services/GreeterService.cs -- / /nothing
  http2=
  made="$work/app"
  new "$made"
  project "$made" "$console" "$(package Grpc.Net.Client 2.76.0)$(package Google.Protobuf 3.31.1)$(package Grpc.Tools 2.76.0)<Protobuf Include=\"../../server/App/Protos/greet.proto\" GrpcServices=\"Client\" />"
  cat >"$made/App/Program.cs" <<'CS'
using var channel = Grpc.Net.Client.GrpcChannel.ForAddress("http://127.0.0.1:5399");
var reply = await new App.Greeter.GreeterClient(channel).SayHelloAsync(new App.HelloRequest { Name = "container" });
Console.WriteLine("The server says: " + reply.Message);
CS
  program="$(find "$work/server" -path '*/publish/App' -type f | head -1)"
  if [ -z "$bytes" ]; then
    (cd "$(dirname "$program")" && ASPNETCORE_URLS=http://127.0.0.1:5399 exec "$program") >"$work/server.log" 2>&1 &
    outside=$!
  fi
  app 'grpc client' App.csproj 's/The server/A server/' Program.cs --
  if [ -n "$outside" ]; then
    kill "$outside"
    wait "$outside" 2>/dev/null
    outside=
  fi
fi

wants 'worker C#' && new "$made" worker && app 'worker C#' App.csproj 's/running at/walking at/' Worker.cs --
wants 'worker F#' && new "$made" worker -lang F# && app 'worker F#' App.fsproj 's/running at/walking at/' Worker.fs --
wants VB && new "$made" console -lang VB && app 'console VB' App.vbproj 's/Hello/Goodbye/' Program.vb --
wants aot && new "$made" webapiaot && app 'aot' App.csproj 's/Walk the dog/Walk the cat/' Program.cs -r linux-x64 -- /todos /todos/1
wants 'single file' && new "$made" console &&
  app 'single file, trimmed' App.csproj 's/Hello/Goodbye/' Program.cs -r linux-x64 --self-contained -p:PublishSingleFile=true -p:PublishTrimmed=true --

if wants kafka && new "$made"; then
  project "$made" "$console" "$(package Confluent.Kafka 2.14.0)"
  echo 'Console.WriteLine("librdkafka " + Confluent.Kafka.Library.VersionString);' >"$made/App/Program.cs"
  app 'kafka client' App.csproj 's/librdkafka/with &/' Program.cs --
fi

if wants giraffe && new "$made" web -lang F#; then
  sed -i "s|</Project>|<ItemGroup>$(package Giraffe.ViewEngine 1.4.0)</ItemGroup></Project>|" "$made/App/App.fsproj"
  cat >"$made/App/Program.fs" <<'FS'
open Giraffe.ViewEngine
open Microsoft.AspNetCore.Builder
open System

let page = html [] [ body [] [ h1 [] [ str "Hello" ] ] ]
let app = WebApplication.CreateBuilder([||]).Build()
app.MapGet("/", Func<string>(fun () -> RenderView.AsString.htmlDocument page)) |> ignore
app.Run()
FS
  app 'giraffe F#' App.fsproj 's/Hello/Goodbye/' Program.fs -- /
fi

if wants minimal && new "$made"; then
  project "$made" "$aspnet" "$(package Markdig 1.6.0)$(package FluentValidation 12.0.0)"
  mkdir -p "$made/App/wwwroot" && echo '# Hello' >"$made/App/wwwroot/page.txt"
  cat >"$made/App/Program.cs" <<'CS'
var app = WebApplication.CreateBuilder(args).Build();
app.UseStaticFiles();
app.MapGet("/", () => Markdig.Markdown.ToHtml("# Hello"));
app.MapGet("/culture", () => new DateTime(2020, 1, 2).ToString("D", new System.Globalization.CultureInfo("de-DE")));
app.Run();
CS
  app 'minimal API' App.csproj 's/Hello/Goodbye/' Program.cs -- / /page.txt /culture
fi

if wants 'file-based' && new "$made"; then
  mkdir -p "$made/App"
  cat >"$made/App/app.cs" <<'CS'
#:sdk Microsoft.NET.Sdk.Web
#:property PublishAot=false
#:package Markdig@1.6.0
var app = WebApplication.CreateBuilder(args).Build();
app.MapGet("/", () => Markdig.Markdown.ToHtml("# Hello"));
app.Run();
CS
  app 'file-based web' app.cs 's/Hello/Goodbye/' app.cs -- /
fi

if wants aspire && new "$made"; then
  project "$made" "$aspnet" "$(package Microsoft.Extensions.ServiceDiscovery 10.0.0)$(package Microsoft.Extensions.Http.Resilience 10.0.0)$(package OpenTelemetry.Extensions.Hosting 1.12.0)"
  cat >"$made/App/Program.cs" <<'CS'
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddServiceDiscovery();
builder.Services.ConfigureHttpClientDefaults(http => http.AddStandardResilienceHandler());
builder.Services.AddHealthChecks();
builder.Services.AddOpenTelemetry();
var app = builder.Build();
app.MapHealthChecks("/health");
app.MapGet("/", () => "Hello");
app.Run();
CS
  app 'aspire service' App.csproj 's/Hello/Goodbye/' Program.cs -- / /health
fi
