using System.Collections;
using System.Globalization;
using System.Reflection;
using Composer.Architecture;
using Composer.Architecture.Presets;
using Composer.Architecture.Primitives;
using Composer.Core.Diagnostics;
using Composer.Core.Settings;
using Composer.Language.Evaluation.Own;
using Composer.Manifests.Model;
using Composer.Manifests.Toml;

namespace Composer.Manifests.Binding;

/// <summary>
/// Fills the records from a tree, checking each value alone: known key, type, range, choice, count. Rules
/// that several values share are <see cref="Rules.ManifestRules"/>.
/// </summary>
/// <param name="problems">Takes every mistake.</param>
/// <param name="complete">Whether the tree is a whole manifest, in which what is required must be given.</param>
/// <param name="registry">The primitives whose options are keys of a shape; the default ones when null.</param>
internal sealed class ManifestBinder(Problems problems, bool complete, PrimitiveRegistry? registry = null)
{
    private static readonly MethodInfo MakeListMethod = MethodOf(nameof(MakeList));
    private static readonly MethodInfo MakeMapMethod = MethodOf(nameof(MakeMap));
    private static readonly MethodInfo ParseMethod = MethodOf(nameof(Parse));

    private static readonly Dictionary<Type, string> ParseCodes = new()
    {
        [typeof(LayerSequence)] = DiagnosticCodes.InvalidSuggestion,
        [typeof(ModelSize)] = DiagnosticCodes.InvalidSize,
        [typeof(Duration)] = DiagnosticCodes.InvalidDuration,
    };

    private readonly Dictionary<string, SourceSpan> spans = new(StringComparer.Ordinal);

    /// <summary>Paths whose value is wrong and was left at its default: rules over it would mislead.</summary>
    public HashSet<string> Faulty { get; } = new(StringComparer.Ordinal);

    /// <summary>From a dotted path to the place of its value.</summary>
    public IReadOnlyDictionary<string, SourceSpan> Spans => spans;

    public ExperimentManifest Bind(TomlTable tree)
    {
        spans[""] = tree.Span;
        var manifest = new ExperimentManifest();
        BindSection(tree, manifest, "", tree.Span);
        return manifest;
    }

    /// <summary>Fills another file's record.</summary>
    public T Bind<T>(TomlTable tree)
        where T : new()
    {
        var section = new T();
        BindSection(tree, section, "", tree.Span);
        return section;
    }

    private void BindSection(TomlTable table, object section, string prefix, SourceSpan place)
    {
        var type = SectionType.Of(section, registry);
        foreach (var entry in table.Entries)
        {
            var path = Join(prefix, entry.Key);
            if (type.Find(entry.Key) is not { } key)
            {
                problems.Error(
                    DiagnosticCodes.UnknownKey,
                    entry.KeySpan,
                    $"There is no key '{path}'.",
                    section is TaskDefinition
                        ? Suggestion.DidYouMean(entry.Key, type.Keys.Select(k => k.Key)) ?? KeysOf(type)
                        : UnknownKeyRemedy(entry.Key, type, prefix));
                continue;
            }

            spans[path] = entry.Value.Span;
            if (BindValue(entry.Value, key, key.Shape, key.Type, path, key.Get(section)) is { } value)
            {
                key.Set(section, value);
            }
            else
            {
                Faulty.Add(path);
            }
        }

        if (complete)
        {
            CheckRequired(table, section, type, prefix, place);
        }
    }

    /// <summary>A number whose default lies outside its own range has no default.</summary>
    private void CheckRequired(TomlTable table, object section, SectionType type, string prefix, SourceSpan place)
    {
        foreach (var key in type.Keys.Where(k => table.Find(k.Key) is null))
        {
            var hasDefault = key.Get(section) is not int number || key.InRange(number);
            if (key.Required || !hasDefault)
            {
                Faulty.Add(Join(prefix, key.Key));
                problems.Error(DiagnosticCodes.Missing, place, $"'{Join(prefix, key.Key)}' is missing.", $"It is: {key.Description}");
            }
        }
    }

    private object? BindValue(TomlValue value, SectionKey key, KeyShape shape, Type type, string path, object? current)
    {
        switch (shape, value)
        {
            case (KeyShape.Text, TomlString text):
                return BindText(text, key, type, path);
            case (KeyShape.Integer, TomlInteger integer):
                return BindInteger(integer, key, type, path);
            case (KeyShape.Number, TomlInteger or TomlFloat):
                return BindNumber(value, key, path);
            case (KeyShape.Boolean, TomlBoolean boolean):
                return boolean.Value;
            case (KeyShape.Section, TomlTable table):
                var section = current is null
                    ? SectionType.Of(type, registry).CreateDefault()
                    : SectionType.Of(current, registry).Copy(current);
                BindSection(table, section, path, table.Span);
                return section;
            case (KeyShape.List, TomlArray array):
                return BindList(array, key, path);
            case (KeyShape.Map, TomlTable table):
                return BindMap(table, key, path);
            default:
                problems.Error(
                    DiagnosticCodes.WrongType,
                    value.Span,
                    $"'{path}' must be {NameOf(shape)}, not {value.Kind}.",
                    TypeRemedy(shape, value, path));
                return null;
        }
    }

    private object? BindText(TomlString text, SectionKey key, Type type, string path)
    {
        var isFile = key.OrFileEnding is { } ending && text.Value.EndsWith(ending, StringComparison.Ordinal);
        if (key.Shape != KeyShape.Map && key.Choices is { } choices && !isFile && !choices.Contains(text.Value))
        {
            problems.Error(
                DiagnosticCodes.UnknownChoice,
                text.Span,
                $"'{path}' cannot be '{text.Value}'.",
                Suggestion.DidYouMean(text.Value, choices)
                    ?? $"It is one of {string.Join(", ", choices)}"
                    + $"{(key.OrFileEnding is null ? "" : $", or the path of a file that ends with {key.OrFileEnding}")}.");
            return null;
        }

        // Only the description may be empty: every other text names something.
        if (text.Value.Length == 0 && path != "description" && !key.MayBeEmpty)
        {
            problems.Error(DiagnosticCodes.EmptyText, text.Span, $"'{path}' must not be empty.");
            return null;
        }

        if (type == typeof(string))
        {
            return text.Value;
        }

        try
        {
            return type.IsEnum
                ? SettingNames.Find(type, text.Value)
                : ParseMethod.MakeGenericMethod(type).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [text.Value], null);
        }
        catch (FormatException exception)
        {
            problems.Error(ParseCodes[type], text.Span, exception.Message);
            return null;
        }
    }

    private object? BindInteger(TomlInteger integer, SectionKey key, Type type, string path)
    {
        var (lowest, highest) = type == typeof(int) ? (int.MinValue, int.MaxValue)
            : type == typeof(ulong) ? (0L, long.MaxValue)
            : (long.MinValue, long.MaxValue);
        if (!key.InRange(integer.Value))
        {
            OutOfRange(integer, path, key.Range!.Lowest, key.Range.Highest);
            return null;
        }

        if (integer.Value < lowest || integer.Value > highest)
        {
            OutOfRange(integer, path, lowest, highest);
            return null;
        }

        return Convert.ChangeType(integer.Value, type, CultureInfo.InvariantCulture);
    }

    private object? BindNumber(TomlValue value, SectionKey key, string path)
    {
        var number = value is TomlInteger integer ? integer.Value : ((TomlFloat)value).Value;
        if (!double.IsFinite(number))
        {
            problems.Error(DiagnosticCodes.OutOfRange, value.Span, $"'{path}' must be a finite number, not {TomlNotation.Write(number)}.");
            return null;
        }

        if (!key.InRange(number))
        {
            OutOfRange(value, path, key.Range!.Lowest, key.Range.Highest);
            return null;
        }

        // -0 equals 0 and must not make another key of it.
        return number == 0 ? 0.0 : number;
    }

    private object? BindList(TomlArray array, SectionKey key, string path)
    {
        var itemType = key.ItemType!;
        var shape = SectionKey.ShapeOf(itemType);
        var items = new List<object>();
        for (var i = 0; i < array.Items.Count; i++)
        {
            var itemPath = string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
            spans[itemPath] = array.Items[i].Span;
            if (BindValue(array.Items[i], key, shape, itemType, itemPath, null) is { } item)
            {
                items.Add(item);
            }
        }

        if (key.Distinct)
        {
            CheckDistinct(array, path);
        }

        if (key.Count is { } count && (array.Items.Count < count.Least || array.Items.Count > count.Most))
        {
            var expected = count.Least == count.Most ? $"{count.Least}"
                : count.Most == int.MaxValue ? $"at least {count.Least}"
                : $"{count.Least} to {count.Most}";
            problems.Error(
                DiagnosticCodes.WrongCount,
                array.Span,
                string.Create(CultureInfo.InvariantCulture, $"'{path}' must have {expected} items, not {array.Items.Count}."));
            return null;
        }

        return items.Count == array.Items.Count ? MakeListMethod.MakeGenericMethod(itemType).Invoke(null, [items]) : null;
    }

    private void CheckDistinct(TomlArray array, string path)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in array.Items.OfType<TomlString>().Where(text => !seen.Add(text.Value)))
        {
            problems.Error(DiagnosticCodes.Repeated, text.Span, $"'{path}' names '{text.Value}' twice.", "Keep one.");
        }
    }

    private object BindMap(TomlTable table, SectionKey key, string path)
    {
        var entries = new List<KeyValuePair<string, object>>();
        foreach (var entry in table.Entries)
        {
            var itemPath = Join(path, entry.Key);
            if (key.Choices is { } known && !known.Contains(entry.Key))
            {
                problems.Error(
                    DiagnosticCodes.UnknownKey,
                    entry.KeySpan,
                    $"There is no key '{itemPath}'.",
                    Suggestion.DidYouMean(entry.Key, known) ?? $"The keys here are {string.Join(", ", known)}.");
                continue;
            }

            spans[itemPath] = entry.Value.Span;
            if (BindValue(entry.Value, key, SectionKey.ShapeOf(key.ItemType!), key.ItemType!, itemPath, null) is { } item)
            {
                entries.Add(new(entry.Key, item));
            }
        }

        return MakeMapMethod.MakeGenericMethod(key.ItemType!).Invoke(null, [entries])!;
    }

    private void OutOfRange(TomlValue value, string path, double lowest, double highest) =>
        problems.Error(
            DiagnosticCodes.OutOfRange,
            value.Span,
            $"'{path}' must be from {TomlNotation.Write(lowest)} to {TomlNotation.Write(highest)}, not {TomlNotation.Write(value)}.");

    private static string? UnknownKeyRemedy(string key, SectionType type, string prefix)
    {
        IEnumerable<string> known = type.Keys.Select(k => k.Key);
        if (prefix.Length == 0)
        {
            known = known.Concat(["profile", "sweep"]);
        }

        if (Suggestion.DidYouMean(key, known) is { } suggestion)
        {
            return suggestion;
        }

        var elsewhere = SectionType.Of(typeof(ExperimentManifest)).Keys
            .FirstOrDefault(s => s.Shape == KeyShape.Section && SectionType.Of(s.Type).Find(key) is not null);
        return elsewhere is not null
            ? $"Did you mean '{elsewhere.Key}.{key}'?"
            : $"The keys here are {string.Join(", ", known)}.";
    }

    private static string KeysOf(SectionType type) => $"The keys here are {string.Join(", ", type.Keys.Select(k => k.Key))}.";

    private static string? TypeRemedy(KeyShape shape, TomlValue value, string path) => (shape, value) switch
    {
        (KeyShape.Integer, TomlFloat { Value: var number }) when double.IsInteger(number) && Math.Abs(number) < 1e15 =>
            $"Write {number.ToString("F0", CultureInfo.InvariantCulture)}.",
        (KeyShape.Integer or KeyShape.Number, TomlString text)
            when double.TryParse(text.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out _) =>
            $"Write {text.Value}, without quotes.",
        (KeyShape.Boolean, TomlString { Value: "true" or "false" } text) => $"Write {text.Value}, without quotes.",
        (KeyShape.Text, TomlInteger or TomlFloat or TomlBoolean) => $"Write \"{TomlNotation.Write(value)}\".",
        (KeyShape.List, TomlString or TomlInteger or TomlFloat or TomlBoolean) => $"Write [{TomlNotation.Write(value)}].",
        (KeyShape.Section, _) => $"Write a table [{path}].",
        _ => null,
    };

    private static string NameOf(KeyShape shape) => shape switch
    {
        KeyShape.Text => "a text",
        KeyShape.Integer => "an integer",
        KeyShape.Number => "a number",
        KeyShape.Boolean => "true or false",
        KeyShape.List => "a list",
        _ => "a table",
    };

    private static string Join(string prefix, string key) => prefix.Length == 0 ? key : $"{prefix}.{key}";

    private static MethodInfo MethodOf(string name) =>
        typeof(ManifestBinder).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;

    private static ValueList<T> MakeList<T>(IEnumerable items) => new(items.Cast<T>());

    private static ValueMap<T> MakeMap<T>(IEnumerable<KeyValuePair<string, object>> entries) =>
        new(entries.Select(e => KeyValuePair.Create(e.Key, (T)e.Value)));

    private static T Parse<T>(string text)
        where T : IParsable<T> => T.Parse(text, CultureInfo.InvariantCulture);
}
