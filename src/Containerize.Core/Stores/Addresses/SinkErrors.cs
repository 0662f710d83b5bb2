using Containerize.Diagnostics;

namespace Containerize.Stores.Addresses;

/// <summary>What is wrong with the text of a place that an image goes to.</summary>
internal static class SinkErrors
{
    /// <summary>How a place is written.</summary>
    public const string NameHint =
        "A place is written 'registry.example/name:tag', 'oci:FOLDER[:tag]', 'archive:FILE[:name:tag]' or "
        + "'daemon:name:tag'.";

    /// <summary>CTZ0151 for a value of <c>--output</c>.</summary>
    public static ContainerizeException Invalid(string text, string why) =>
        new(
            DiagnosticTable.InvalidOutput,
            $"The output '{text}' is not valid: {why}. Write 'type=oci,dest=FILE', "
                + "'type=oci,tar=false,dest=FOLDER', 'type=docker,dest=FILE', 'type=docker' or 'type=registry'; "
                + $"'type=tar,dest=FILE' or 'type=local,dest=FOLDER' for the files alone. {NameHint}"
        );
}
