using System.Globalization;
using Containerize.Bench;

// Bench PACKAGE SAMPLES BASES ROUNDS INTO [WORK...]: bench.sh calls it and says what the words mean.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var (package, samples, bases, rounds) = (args[0], args[1], args[2], int.Parse(args[3], CultureInfo.InvariantCulture));
var (onlySink, only) = (args[4], args[5..]);
var folder = Directory.CreateTempSubdirectory("containerize-bench-").FullName;
try
{
    using var registry = new Registry(Path.Combine(folder, "registry"));
    using var proxy = new CountingProxy(registry.Port);
    Environment.SetEnvironmentVariable(
        "DOTNET_CONTAINER_INSECURE_REGISTRIES",
        $"127.0.0.1:{registry.Port};127.0.0.1:{proxy.Port}"
    );
    foreach (var layout in Directory.GetDirectories(bases))
        Shell.Run(
            folder,
            "skopeo",
            "copy",
            "--quiet",
            "--dest-tls-verify=false",
            $"oci:{layout}:latest",
            registry.Name($"base/{Path.GetFileName(layout)}")
        );

    var report = new Report();
    var place = new Place(folder, package);
    foreach (
        var work in Work.All(samples, Path.Combine(folder, "shared"))
            .Where(work => only.Length == 0 || only.Contains(work.Name))
    )
    {
        Contender[] contenders =
        [
            new("plain", work, "none", place),
            .. from sink in work.Sinks
            where onlySink.Length == 0 || sink == onlySink
            from way in work.Ways(sink)
            select new Contender(way, work, sink, place),
        ];
        foreach (var contender in contenders)
            contender.Prepare();

        for (var round = 1; round <= Math.Min(rounds, work.MostRounds); round++)
        {
            // The first of one round goes last in the next.
            foreach (var contender in round % 2 == 1 ? contenders : contenders.Reverse())
            {
                foreach (var scenario in work.Scenarios)
                {
                    contender.SetUp(scenario);
                    var cost = contender.Publish(round.ToString(CultureInfo.InvariantCulture), registry.Port);
                    report.Add(contender, scenario, cost);
                    Console.Error.WriteLine(
                        $"{work.Name}, {contender.Way}, {contender.Sink}, {scenario}: {cost.Seconds:0.00} s"
                    );
                }
            }
        }

        // Bytes hardly vary: they are counted in a round of its own, for the proxy takes more time from the one that
        // sends more.
        foreach (var contender in contenders.Where(contender => contender.Sink == "push" && contender.Way != "buildah"))
        {
            var known = registry.Blobs([$"base/{work.Base}"]);
            foreach (var scenario in work.Scenarios)
            {
                contender.SetUp(scenario);
                proxy.Take();
                contender.Publish("bytes", proxy.Port);
                var traffic = proxy.Take();
                var blobs = registry.Blobs(contender.Repositories("bytes"));
                report.Add(
                    new Transfer(
                        contender,
                        scenario,
                        traffic,
                        blobs.Except(known).Sum(blob => blob.Size),
                        contender.Changed()
                    )
                );
                known.UnionWith(blobs);
            }
        }

        Directory.Delete(Path.Combine(folder, "work"), recursive: true);
    }

    report.Write(Console.Out);
    return 0;
}
catch (InvalidOperationException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
finally
{
    Directory.Delete(folder, recursive: true);
}
