using System.Runtime.InteropServices;

Console.WriteLine($"Hello, {(args.Length > 0 ? string.Join(' ', args) : "container")}!");
Console.WriteLine($"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}");
