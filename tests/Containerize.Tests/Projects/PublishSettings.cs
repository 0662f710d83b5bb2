using System.Collections.Immutable;

namespace Containerize.Tests.Projects;

/// <summary>What surrounds a call of the SDK: properties, environment variables, and a program that calls it.</summary>
public sealed record PublishSettings
{
    /// <summary>Properties of the command line.</summary>
    public ImmutableDictionary<string, string> Properties { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Variables on top of the machine's; null takes one away.</summary>
    public ImmutableDictionary<string, string?> Environment { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>A program with arguments that is given the call, <c>taskset --cpu-list 0</c> for one.</summary>
    public ImmutableList<string> Prefix { get; init; } = [];

    /// <summary>Returns a copy with a property.</summary>
    public PublishSettings With(string name, string value) =>
        this with
        {
            Properties = Properties.SetItem(name, value),
        };
}
