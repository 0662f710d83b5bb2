using System.CommandLine;
using Containerize.Attestations.Signatures;

namespace Containerize.Tool.Commands;

/// <summary>The option <c>--type</c> of commands about statements.</summary>
internal static class PredicateOption
{
    public static Option<string> Create(string description)
    {
        var option = new Option<string>("--type") { Description = description, HelpName = "TYPE" };
        option.CompletionSources.Add([.. PredicateTypeNames.All]);
        return option;
    }
}
