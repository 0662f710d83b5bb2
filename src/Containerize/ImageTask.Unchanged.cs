using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Layers.Caching;
using Containerize.Publishing.UpToDate;
using Containerize.Reporting;
using Containerize.Stores;
using Containerize.Stores.Registries.Client;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Containerize.Tasks;

/// <summary>
/// A run that would do what the last one did: it is recognized by its settings and by looks at files, and
/// ends with the same warnings, the same last words and the same outputs. Nothing that makes images is loaded for it.
/// </summary>
public abstract partial class ImageTask
{
    private const string Warning = "warning ",
        Closing = "closing",
        Metadata = "metadata",
        Value = "text ",
        Item = "item ",
        ItemMetadata = "of ";

    private readonly List<KeyValuePair<string, string>> _warnings = [];
    private string _settings = "";

    /// <summary>The folder that the run reads; null for none.</summary>
    private protected virtual string? FolderToRead => null;

    /// <summary>The state of that folder, taken before anything else.</summary>
    private protected FolderState Published =>
        field ??= FolderToRead is { } folder ? FolderState.Of(folder, TimeProvider.System) : FolderState.Empty;

    private LastBuildFile RunFile => new(Path.Combine(IntermediateFolder, GetType().Name + ".run"));

    /// <summary>The settings of the run beside the values of its properties.</summary>
    private protected virtual void AddSettings(StringBuilder text) { }

    private protected async Task<bool> IsUnchangedAsync(CancellationToken cancellationToken)
    {
        _settings = SettingsText();
        if (RunFile.Read() is not { } record || !record.Fits(_settings, Published, FolderToRead ?? ""))
            return false;
        var names = record.Names.Where(name => !Offline || !name.ThroughMirrors).ToImmutableArray();
        if (!names.IsEmpty && !await AskAsync(names, cancellationToken).ConfigureAwait(false))
            return false;
        Log.LogMessage(MessageImportance.Low, "Containerize: nothing changed since the last run.");
        await RepeatAsync(record.Outcome).ConfigureAwait(false);
        return true;
    }

    /// <summary>Remembers the run that ends here; one that nothing tells apart from another is not
    /// remembered.</summary>
    private protected void Remember(
        ImageFreshness? freshness,
        ContentHashes? hashes,
        IEnumerable<string> watched,
        IEnumerable<string> added,
        string closing,
        string metadata
    )
    {
        var published = Published.Known(FolderToRead ?? "", hashes);
        var extras = added.Select(path => hashes?.Find(path, path)).ToImmutableArray();
        if (freshness is null || published is not { } files || extras.Contains(null))
        {
            RunFile.Remove();
            return;
        }

        RunFile.Write(
            new LastBuild
            {
                Settings = _settings,
                Published = files,
                Added = extras!,
                Watched = [.. freshness.Files.Concat(watched).Concat(KeyFiles).Distinct().Select(KnownFile.Watched)],
                Names = freshness.Names,
                Outcome = [.. _warnings, new(Closing, closing), new(Metadata, metadata), .. Outputs()],
            }
        );
    }

    // A method of its own, so that what speaks HTTP is loaded only where somebody has to be asked.
    private async Task<bool> AskAsync(ImmutableArray<NamedDigest> names, CancellationToken cancellationToken)
    {
        using var client = new RegistryClient(RegistrySettings);
        return await client.StillMeanAsync(names, cancellationToken).ConfigureAwait(false);
    }

    private string SettingsText()
    {
        var text = new StringBuilder();
        // Another build of ours may do something else with the same words.
        text.Append(typeof(ImageTask).Module.ModuleVersionId)
            .Append(typeof(LastBuild).Module.ModuleVersionId)
            .Append('\n')
            .Append(System.Runtime.InteropServices.RuntimeInformation.OSArchitecture)
            .Append('\n');
        foreach (var property in Properties(isInput: true))
        {
            text.Append(property.Name).Append('=');
            Append(text, property.GetValue(this));
            text.Append('\n');
        }

        foreach (var digest in KeyDigests)
            text.Append(digest).Append('\n');
        AddSettings(text);
        return text.ToString();
    }

    private protected virtual bool IsSetting(string property) => property != nameof(SigningCommand);

    private static void Append(StringBuilder text, object? value)
    {
        foreach (var part in value as Array ?? new[] { value })
        {
            text.Append(part is ITaskItem item ? item.ItemSpec : part).Append('\0');
            if (part is not ITaskItem withMetadata)
                continue;
            text.Append(withMetadata.GetMetadata("RecursiveDir")).Append('\0');
            foreach (System.Collections.DictionaryEntry pair in withMetadata.CloneCustomMetadata())
                text.Append(pair.Key).Append('\0').Append(pair.Value).Append('\0');
        }
    }

    // Only what MSBuild sets has a setter for everybody.
    private IEnumerable<PropertyInfo> Properties(bool isInput) =>
        GetType()
            .GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property =>
                property.DeclaringType!.Assembly == typeof(ImageTask).Assembly
                && property.SetMethod?.IsPublic == isInput
                && (!isInput || IsSetting(property.Name))
            );

    private IEnumerable<KeyValuePair<string, string>> Outputs()
    {
        foreach (var property in Properties(isInput: false))
        {
            if (property.GetValue(this) is string text)
                yield return new(Value + property.Name, text);
            foreach (var item in property.GetValue(this) as ITaskItem[] ?? [])
            {
                yield return new(Item + property.Name, item.ItemSpec);
                foreach (System.Collections.DictionaryEntry pair in item.CloneCustomMetadata())
                    yield return new(ItemMetadata + pair.Key, (string?)pair.Value ?? "");
            }
        }
    }

    private async System.Threading.Tasks.Task RepeatAsync(ImmutableArray<KeyValuePair<string, string>> outcome)
    {
        var items = new Dictionary<string, List<ITaskItem>>(StringComparer.Ordinal);
        TaskItem? last = null;
        foreach (var (key, value) in outcome)
        {
            if (key.StartsWith(Warning, StringComparison.Ordinal))
                WarnCoded(new Diagnostic(key[Warning.Length..], ""), value);
            else if (key == Closing && value.Length > 0)
                Log.LogResult(ProjectFile, value);
            else if (key == Metadata && value.Length > 0)
                await BuildMetadata.WriteAsync(MetadataPath, value).ConfigureAwait(false);
            else if (key.StartsWith(Value, StringComparison.Ordinal))
                GetType().GetProperty(key[Value.Length..])!.SetValue(this, value);
            else if (key.StartsWith(Item, StringComparison.Ordinal))
                (items.TryGetValue(key[Item.Length..], out var known) ? known : items[key[Item.Length..]] = []).Add(
                    last = new TaskItem(value)
                );
            else if (key.StartsWith(ItemMetadata, StringComparison.Ordinal))
                last!.SetMetadata(key[ItemMetadata.Length..], value);
        }

        foreach (var (name, list) in items)
            GetType().GetProperty(name)!.SetValue(this, list.ToArray());
        // In a solution the last words are the line; how much of it was new is not what it was.
        ClosingLine = InSolution ? outcome.FirstOrDefault(pair => pair.Key == Closing).Value ?? "" : "";
        SetPipelineOutputs();
    }
}
