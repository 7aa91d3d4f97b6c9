using System.Xml;
using System.Xml.Linq;

namespace Composer.Pipeline.Tracing;

/// <summary>A place in a report where a number stands that the report itself computed: a mean, a difference, a rank.</summary>
/// <param name="Section">The section's title; empty above the first.</param>
/// <param name="Text">What stands around the number.</param>
/// <param name="Stages">The stages that the place names as its sources; empty when it rests on all of them.</param>
public sealed record ReportPlace(string Section, string Text, IReadOnlyList<string> Stages)
{
    private const int LongestText = 160;
    private const int TextBefore = 100;
    private const string FromStage = "from stage ";

    /// <summary>What the reader takes in at a glance, whose links say where the number comes from.</summary>
    private static readonly HashSet<string> Blocks = new(StringComparer.Ordinal)
    {
        "p",
        "tr",
        "li",
        "figcaption",
        "caption",
        "figure",
        "dd",
        "h3",
        "h4",
        "title",
    };

    /// <summary>What nobody reads.</summary>
    private static readonly HashSet<string> Hidden = new(StringComparer.Ordinal) { "style", "script", "template" };

    /// <summary>Sections that repeat keys and settings, and compute nothing.</summary>
    private static readonly HashSet<string> Listings = new(StringComparer.Ordinal) { "provenance", "settings" };

    /// <summary>Every place where the text stands as a number of its own.</summary>
    /// <param name="report">The page, which is well-formed XML.</param>
    /// <param name="number">As the page prints it: <c>41.2</c>, <c>+1.3</c>, <c>3.20×10¹⁵</c>.</param>
    public static IReadOnlyList<ReportPlace> Find(Stream report, string number)
    {
        using var reader = XmlReader.Create(report, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        var wanted = number.Trim().Replace('-', '−');
        return
        [
            .. XDocument.Load(reader).Root!.DescendantNodes().OfType<XText>()
                .Where(t => !Hidden.Contains(t.Parent!.Name.LocalName) && StandsIn(t.Value.Replace('-', '−'), wanted))
                .Where(t => SectionOf(t) is not { } section || !Listings.Contains((string?)section.Attribute("id") ?? ""))
                .Select(t => PlaceOf(t, wanted))
                .DistinctBy(p => (p.Section, p.Text)),
        ];
    }

    private static ReportPlace PlaceOf(XText text, string number)
    {
        var section = SectionOf(text);
        var around = Words(text.Ancestors().FirstOrDefault(a => Blocks.Contains(a.Name.LocalName)) ?? text.Parent!);
        var sources = text.Ancestors().TakeWhile(a => a.Name.LocalName is not ("main" or "header"))
            .Select(a => a.Descendants().Select(d => (string?)d.Attribute("title")).OfType<string>()
                .Where(t => t.StartsWith(FromStage, StringComparison.Ordinal)).Select(t => t[FromStage.Length..]).Distinct(StringComparer.Ordinal).ToArray())
            .FirstOrDefault(s => s.Length > 0);
        return new ReportPlace(
            section?.Elements().FirstOrDefault(e => e.Name.LocalName == "h2")?.Value ?? "",
            Excerpt(around, number),
            sources ?? []);
    }

    /// <summary>So much of a long paragraph that the number is in it.</summary>
    private static string Excerpt(string words, string number)
    {
        if (words.Length <= LongestText)
        {
            return words;
        }

        var begin = Math.Clamp(
            words.Replace('-', '−').IndexOf(number, StringComparison.Ordinal) - TextBefore, 0, words.Length - LongestText);
        var end = begin + LongestText;
        return (begin > 0 ? "…" : "") + words[begin..end] + (end < words.Length ? "…" : "");
    }

    private static XElement? SectionOf(XText text) => text.Ancestors().FirstOrDefault(a => a.Name.LocalName == "section");

    private static string Words(XElement block) => string.Join(' ', block.DescendantNodes().OfType<XText>()
        .Where(t => !Hidden.Contains(t.Parent!.Name.LocalName))
        .SelectMany(t => t.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));

    /// <summary>Whether no digit goes before or after, so that 1.2 is not found in 41.25.</summary>
    private static bool StandsIn(string text, string number)
    {
        for (var at = text.IndexOf(number, StringComparison.Ordinal); at >= 0; at = text.IndexOf(number, at + 1, StringComparison.Ordinal))
        {
            var end = at + number.Length;
            var goesOn = end < text.Length
                && (char.IsAsciiDigit(text[end]) || (text[end] is '.' or ',' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1])));
            var began = at > 0
                && (char.IsAsciiDigit(text[at - 1]) || (text[at - 1] is '.' or ',' && at > 1 && char.IsAsciiDigit(text[at - 2])));
            if (!goesOn && !began)
            {
                return true;
            }
        }

        return false;
    }
}
