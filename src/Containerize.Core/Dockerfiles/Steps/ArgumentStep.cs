using Containerize.Dockerfiles.Stages;
using Containerize.Dockerfiles.Syntax;

namespace Containerize.Dockerfiles.Steps;

/// <summary>Declares arguments: given ones count, then the instruction's own, then those above the first
/// <c>FROM</c>.</summary>
/// <param name="run">The build.</param>
internal sealed class ArgumentStep(PlatformSession run)
{
    public StageState Declare(ArgSyntax syntax, StageState state, Expansion expansion)
    {
        foreach (var pair in syntax.Arguments)
        {
            var own = expansion with { Variables = state.Variables };
            var name = own.Word(pair.Name);
            run.Shared.UseArgument(name);
            var value =
                run.Options.BuildArguments.TryGetValue(name, out var given) ? given
                : pair.Value is { } otherwise ? own.Word(otherwise)
                : run.Globals[name];
            state = state with { Arguments = state.Arguments.Add(name) };
            if (value is not null)
                state = state with { Variables = state.Variables.With(name, value) };
        }

        return state;
    }
}
