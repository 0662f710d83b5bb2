#:property InvariantGlobalization=true
using System.Runtime.CompilerServices;

Console.WriteLine("Hello from " + Path());

static string Path([CallerFilePath] string path = "") => path;
