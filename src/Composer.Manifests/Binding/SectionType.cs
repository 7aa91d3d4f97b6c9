using System.Collections.Concurrent;
using System.Reflection;
using Composer.Architecture.Primitives;
using Composer.Core.Settings;

namespace Composer.Manifests.Binding;

/// <summary>The keys of one kind of section, in the order of the record's properties.</summary>
internal sealed class SectionType
{
    private static readonly ConcurrentDictionary<(Type, PrimitiveRegistry), SectionType> Known = new();

    private static readonly MethodInfo Clone = typeof(object).GetMethod("MemberwiseClone", BindingFlags.NonPublic | BindingFlags.Instance)!;

    private readonly Dictionary<string, SectionKey> byKey;
    private readonly List<PropertyInfo> inlined = [];
    private readonly Type? type;

    private SectionType(Type type, PrimitiveRegistry registry)
    {
        (this.type, Name) = (type, type.Name);
        var keys = new List<SectionKey>();
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite);
        foreach (var property in properties.OrderBy(p => p.MetadataToken))
        {
            if (property.PropertyType == typeof(PrimitiveOptions))
            {
                keys.AddRange(registry.All.Where(p => p.Options.Count > 0).Select(p => OptionsTable.KeyOf(property, p)));
            }
            else if (property.IsDefined(typeof(InlineAttribute)))
            {
                inlined.Add(property);
                keys.AddRange(Of(property.PropertyType, registry).Keys.Select(key => key.Within(property)));
            }
            else
            {
                keys.Add(SectionKey.Of(property));
            }
        }

        Keys = keys;
        byKey = keys.ToDictionary(k => k.Key, StringComparer.Ordinal);
    }

    /// <param name="name">What the schema calls it.</param>
    /// <param name="keys">Its keys.</param>
    public SectionType(string name, IReadOnlyList<SectionKey> keys) =>
        (Name, Keys, byKey) = (name, keys, keys.ToDictionary(k => k.Key, StringComparer.Ordinal));

    public string Name { get; }

    public IReadOnlyList<SectionKey> Keys { get; }

    /// <summary>The keys of a kind of record.</summary>
    /// <param name="type">The record.</param>
    /// <param name="registry">The primitives whose options are keys of a shape; the default ones when null.</param>
    public static SectionType Of(Type type, PrimitiveRegistry? registry = null) =>
        Known.GetOrAdd((type, registry ?? PrimitiveRegistry.Default), key => new SectionType(key.Item1, key.Item2));

    /// <summary>The keys of a section.</summary>
    public static SectionType Of(object section, PrimitiveRegistry? registry = null) =>
        section is OptionsTable table ? table.Section : Of(section.GetType(), registry);

    public SectionKey? Find(string key) => byKey.GetValueOrDefault(key);

    /// <summary>A section in which every key has its default.</summary>
    public object CreateDefault() => Activator.CreateInstance(type!)!;

    /// <summary>A copy whose keys may be set; what is inlined in it is copied too.</summary>
    public object Copy(object section)
    {
        if (type is null)
        {
            return section;
        }

        var copy = Clone.Invoke(section, null)!;
        foreach (var property in inlined)
        {
            property.SetValue(copy, Of(property.PropertyType).Copy(property.GetValue(section)!));
        }

        return copy;
    }
}
