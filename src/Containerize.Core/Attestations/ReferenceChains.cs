using System.Collections.Immutable;

namespace Containerize.Attestations;

/// <summary>The shortest way from the app to each of its components, by what references what.</summary>
internal sealed class ReferenceChains
{
    private readonly Dictionary<string, Component> _byId;
    private readonly Dictionary<string, string> _from = new(StringComparer.Ordinal);

    private ReferenceChains(Dictionary<string, Component> byId) => _byId = byId;

    public static ReferenceChains Of(ImmutableArray<Component> components)
    {
        var chains = new ReferenceChains(components.ToDictionary(component => component.Id, StringComparer.Ordinal));
        var queue = new Queue<Component>(components.Where(component => component.Kind == ComponentKind.Application));
        foreach (var app in queue)
            chains._from[app.Id] = "";
        while (queue.TryDequeue(out var component))
        {
            foreach (var id in component.Dependencies)
            {
                if (chains._byId.TryGetValue(id, out var next) && chains._from.TryAdd(id, component.Id))
                    queue.Enqueue(next);
            }
        }

        return chains;
    }

    /// <summary>The names from the app to a component: <c>App → Lib → Package</c>.</summary>
    public string To(Component component)
    {
        if (component.Kind == ComponentKind.SystemPackage)
            return "of the packages of the operating system";
        if (!_from.ContainsKey(component.Id))
            return "no reference leads to it";
        var names = new List<string>();
        for (var id = component.Id; id.Length > 0; id = _from[id])
            names.Add(_byId[id].Name);
        names.Reverse();
        return string.Join(" → ", names);
    }
}
