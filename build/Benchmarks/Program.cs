using BenchmarkDotNet.Running;
using Containerize.Benchmarks;

// dotnet run -c Release --project build/Benchmarks -- --filter '*'
// dotnet run -c Release --project build/Benchmarks -- alternate
if (args is ["alternate"])
    Alternation.Run();
else
    BenchmarkSwitcher.FromTypes([typeof(DeflateBenchmarks), typeof(TarBenchmarks)]).Run(args);
