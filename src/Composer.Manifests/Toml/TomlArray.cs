using Composer.Core.Diagnostics;

namespace Composer.Manifests.Toml;

/// <summary>An array, written with brackets or as <c>[[tables]]</c>.</summary>
public sealed class TomlArray : TomlValue
{
    private readonly List<TomlValue> items = [];

    internal TomlArray(SourceSpan span, bool ofTables = false)
        : base(span) => IsArrayOfTables = ofTables;

    public IReadOnlyList<TomlValue> Items => items;

    /// <summary>Whether it was written as <c>[[tables]]</c>, which later headers may extend.</summary>
    internal bool IsArrayOfTables { get; }

    public override string Kind => "an array";

    internal void Add(TomlValue item) => items.Add(item);
}
