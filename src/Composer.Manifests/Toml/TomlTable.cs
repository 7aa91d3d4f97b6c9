using Composer.Core.Diagnostics;

namespace Composer.Manifests.Toml;

/// <summary>A table, in whatever of TOML's notations; its entries in the order in which they were written.</summary>
public sealed class TomlTable : TomlValue
{
    private readonly List<TomlEntry> entries = [];
    private readonly Dictionary<string, TomlEntry> byKey = new(StringComparer.Ordinal);

    internal TomlTable(SourceSpan span, TomlTableOrigin origin, int depth)
        : base(span) => (Origin, Depth) = (origin, depth);

    public IReadOnlyList<TomlEntry> Entries => entries;

    public override string Kind => "a table";

    /// <summary>Who may still extend the table.</summary>
    internal TomlTableOrigin Origin { get; set; }

    /// <summary>How many tables and arrays it lies in; 0 for the document.</summary>
    internal int Depth { get; }

    /// <summary>The entry with this key, or null.</summary>
    public TomlEntry? Find(string key) => byKey.GetValueOrDefault(key);

    internal void Add(TomlEntry entry)
    {
        byKey.Add(entry.Key, entry);
        entries.Add(entry);
    }

    /// <summary>Adds the entry, or puts it in the place of the one with its key.</summary>
    internal void Set(TomlEntry entry)
    {
        if (byKey.TryGetValue(entry.Key, out var old))
        {
            entries[entries.IndexOf(old)] = entry;
            byKey[entry.Key] = entry;
        }
        else
        {
            Add(entry);
        }
    }

    /// <summary>Takes the entry with this key out; null when there is none.</summary>
    internal TomlEntry? Remove(string key)
    {
        if (byKey.Remove(key, out var entry))
        {
            entries.Remove(entry);
        }

        return entry;
    }

    /// <summary>A copy whose tables are its own; values inside arrays are shared.</summary>
    internal TomlTable Copy()
    {
        var copy = new TomlTable(Span, Origin, Depth);
        foreach (var entry in entries)
        {
            copy.Add(entry.Value is TomlTable table ? entry with { Value = table.Copy() } : entry);
        }

        return copy;
    }
}
