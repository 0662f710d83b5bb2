using Containerize.IO;

namespace Containerize.Core.Tests.Layers.Caching;

internal sealed class ActionAtPacking(Action change) : IProgress<WorkProgress>
{
    public bool Happened { get; private set; }

    public void Report(WorkProgress value)
    {
        if (value is not { Work.Kind: WorkKind.Packing, Done: 0 } || Happened)
            return;
        Happened = true;
        change();
    }
}
