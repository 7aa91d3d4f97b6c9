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
}
