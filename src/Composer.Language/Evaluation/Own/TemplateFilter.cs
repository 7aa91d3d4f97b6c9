using System.Globalization;
using Composer.Language.Evaluation.Harness;

namespace Composer.Language.Evaluation.Own;

/// <summary>Something that a template does to a value; to each item where the value is a list.</summary>
/// <param name="Name">As templates name it.</param>
/// <param name="Arguments">How many it takes.</param>
/// <param name="Apply">The value and the arguments to another value.</param>
internal sealed record TemplateFilter(string Name, int Arguments, Func<object, IReadOnlyList<object>, object> Apply)
{
    /// <summary>All that there are.</summary>
    public static IReadOnlyList<TemplateFilter> All { get; } =
    [
        // Python's methods of the same names.
        OfText("strip", 0, (text, _) => PythonText.Strip(text)),
        OfText("lstrip", 0, (text, _) => PythonText.LStrip(text)),
        OfText("rstrip", 0, (text, _) => PythonText.RStrip(text)),
        OfText("capitalize", 0, (text, _) => PythonCase.Capitalize(text)),
        OfText("replace", 2, (text, a) => a[0].Length == 0 ? text : text.Replace(a[0], a[1], StringComparison.Ordinal)),

        // What stands before and behind a mark: its first, which must be there, or its last, as Python's rpartition.
        OfText("before", 1, (text, a) => text[..First(text, a[0])]),
        OfText("after", 1, (text, a) => text[(First(text, a[0]) + a[0].Length)..]),
        OfText("before_last", 1, (text, a) => text[..Math.Max(0, text.LastIndexOf(a[0], StringComparison.Ordinal))]),
        OfText("after_last", 1, (text, a) =>
            text.LastIndexOf(a[0], StringComparison.Ordinal) is >= 0 and var last ? text[(last + a[0].Length)..] : text),

        // What the harness does to the texts of HellaSwag and of WikiText.
        OfText("wikihow", 0, (text, _) => PythonText.CleanHellaSwag(text)),
        OfText("wikitext", 0, (text, _) => PythonText.CleanWikiText(text)),

        // Of numbers and lists.
        OfText("minus", 1, (text, a) => (Whole(text) - Whole(a[0])).ToString(CultureInfo.InvariantCulture)),
        new("index", 1, (value, arguments) => IndexIn(value, TemplateValues.TextOf(arguments[0]))),
    ];

    private static TemplateFilter OfText(string name, int arguments, Func<string, IReadOnlyList<string>, string> apply)
    {
        return new TemplateFilter(name, arguments, (value, given) =>
        {
            string[] texts = [.. given.Select(TemplateValues.TextOf)];
            return TemplateValues.ItemsOf(value) is { } items
                ? (IReadOnlyList<object>)[.. items.Select(item => apply(TemplateValues.TextOf(item), texts))]
                : apply(TemplateValues.TextOf(value), texts);
        });
    }

    private static int First(string text, string mark) => text.IndexOf(mark, StringComparison.Ordinal) is >= 0 and var first
        ? first
        : throw new FormatException($"a text has no '{mark}'.");

    private static long Whole(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"'{text}' is no whole number.");

    private static string IndexIn(object value, string wanted)
    {
        var items = TemplateValues.ItemsOf(value) ?? throw new FormatException("what 'index' looks in is no list.");
        var place = items.Select(TemplateValues.TextOf).ToList().IndexOf(wanted);
        return place >= 0 ? place.ToString(CultureInfo.InvariantCulture) : throw new FormatException($"'{wanted}' is not in the list.");
    }
}
