using System.Collections;
using System.Globalization;
using Composer.Architecture.Primitives;
using Composer.Core.Diagnostics;
using Composer.Manifests.Binding;
using Composer.Manifests.Toml;

namespace Composer.Manifests;

/// <summary>Lists the values of a manifest or of one of its sections, for keys and for explanations.</summary>
public static class ManifestFields
{
    /// <summary>
    /// Every field, defaults too, in the order of the records' properties; maps in ordinal order of their
    /// keys; an empty list of sections and an empty map have none.
    /// </summary>
    /// <param name="section">A record of Composer.Manifests.Model: the whole manifest, a section, a baseline.</param>
    /// <param name="prefix">The section's path, such as <c>search</c>; empty for the whole manifest.</param>
    /// <param name="spans"><see cref="Model.ResolvedExperiment.Spans"/>, or null.</param>
    public static IReadOnlyList<ManifestField> Of(object section, string prefix, IReadOnlyDictionary<string, SourceSpan>? spans = null) =>
        Of(section, prefix, spans, PrimitiveRegistry.Default);

    internal static IReadOnlyList<ManifestField> Of(
        object section, string prefix, IReadOnlyDictionary<string, SourceSpan>? spans, PrimitiveRegistry registry)
    {
        var fields = new List<ManifestField>();
        Collect(section, SectionType.Of(section, registry).CreateDefault(), prefix, notInKey: false);
        return fields;

        void Collect(object value, object? defaults, string path, bool notInKey)
        {
            foreach (var key in SectionType.Of(value, registry).Keys)
            {
                Add(
                    key.Get(value),
                    defaults is null ? null : key.Get(defaults),
                    path.Length == 0 ? key.Key : $"{path}.{key.Key}",
                    notInKey || key.NotInKey);
            }
        }

        void Add(object? value, object? @default, string path, bool notInKey)
        {
            switch (value)
            {
                case OptionsTable { IsEmpty: true }:
                    break;
                case IEnumerable items when Items(items) is { } parts:
                    foreach (var (name, item) in parts)
                    {
                        var isSection = SectionKey.ShapeOf(item.GetType()) == KeyShape.Section;
                        Add(item, isSection ? SectionType.Of(item, registry).CreateDefault() : null, path + name, notInKey);
                    }

                    break;
                case not null when SectionKey.ShapeOf(value.GetType()) == KeyShape.Section:
                    Collect(value, @default, path, notInKey);
                    break;
                default:
                    var (kind, text) = Canonical(value);
                    SourceSpan? span = spans is not null && spans.TryGetValue(path, out var found) ? found : null;
                    fields.Add(new ManifestField(path, kind, text, (kind, text) == Canonical(@default), notInKey, span));
                    break;
            }
        }
    }

    /// <summary>What has fields of its own: the sections of a list, the values of a map. Null for a plain value.</summary>
    private static IEnumerable<(string Name, object Item)>? Items(IEnumerable value)
    {
        var type = value.GetType();
        return SectionKey.ShapeOf(type) switch
        {
            KeyShape.List when SectionKey.ShapeOf(type.GetGenericArguments()[0]) == KeyShape.Section =>
                value.Cast<object>().Select((item, i) => (string.Create(CultureInfo.InvariantCulture, $"[{i}]"), item)),
            KeyShape.Map => value.Cast<object>().Select(pair => ($".{TomlNotation.Key((string)Part(pair, "Key"))}", Part(pair, "Value"))),
            _ => null,
        };

        static object Part(object pair, string name) => pair.GetType().GetProperty(name)!.GetValue(pair)!;
    }

    private static (ManifestFieldKind Kind, string Text) Canonical(object? value) => value switch
    {
        null => (ManifestFieldKind.Absent, ""),
        int or long or ulong => (ManifestFieldKind.Integer, Convert.ToString(value, CultureInfo.InvariantCulture)!),
        double number => (ManifestFieldKind.Number, TomlNotation.Write(number)),
        bool boolean => (ManifestFieldKind.Boolean, boolean ? "true" : "false"),
        _ when SectionKey.ShapeOf(value.GetType()) == KeyShape.Text => (ManifestFieldKind.Text, SectionKey.TextOf(value)),
        IEnumerable<int> integers => (ManifestFieldKind.IntegerList, List(integers.Select(i => i.ToString(CultureInfo.InvariantCulture)))),
        IEnumerable<double> numbers => (ManifestFieldKind.NumberList, List(numbers.Select(TomlNotation.Write))),
        IEnumerable texts => (
            ManifestFieldKind.TextList, List(texts.Cast<object>().Select(text => TomlNotation.Quote(SectionKey.TextOf(text))))),
        _ => throw new NotSupportedException($"{value.GetType()} has no canonical form."),
    };

    private static string List(IEnumerable<string> items) => $"[{string.Join(", ", items)}]";
}
