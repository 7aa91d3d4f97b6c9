using System.Collections.Concurrent;
using System.Reflection;

namespace Composer.Manifests.Binding;

/// <summary>The keys of one kind of section, in the order of the record's properties.</summary>
internal sealed class SectionType
{
    private static readonly ConcurrentDictionary<Type, SectionType> Known = new();

    private readonly Dictionary<string, SectionKey> byKey;

    private SectionType(Type type)
    {
        Type = type;
        Keys =
        [
            .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(p => p.CanWrite)
                .OrderBy(p => p.MetadataToken)
                .Select(p => new SectionKey(p)),
        ];
        byKey = Keys.ToDictionary(k => k.Key, StringComparer.Ordinal);
    }

    public Type Type { get; }

    public IReadOnlyList<SectionKey> Keys { get; }

    public static SectionType Of(Type type) => Known.GetOrAdd(type, t => new SectionType(t));

    public SectionKey? Find(string key) => byKey.GetValueOrDefault(key);

    /// <summary>A section in which every key has its default.</summary>
    public object CreateDefault() => Activator.CreateInstance(Type)!;
}
