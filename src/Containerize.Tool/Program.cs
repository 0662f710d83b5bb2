namespace Containerize.Tool;

internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        using var host = ToolHost.OfThisProcess();
        return await new ToolCommandLine(host).RunAsync(arguments);
    }
}
