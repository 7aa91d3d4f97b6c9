using Composer.Cli.Terminal;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Composer.Cli.Output;

/// <summary>A title, and rows of a name, a mark and words, in as many cells as the terminal has when it is drawn.</summary>
internal sealed class LiveTable(string title, IReadOnlyList<LiveTable.Row> rows) : IRenderable
{
    /// <summary>The mark's cells where there is room: a bar.</summary>
    public const int MarkWidth = 20;

    private const int Indent = 2;
    private const int Gap = 2;
    private const int LeastMark = 6;
    private const int LeastWords = 24;
    private static readonly Style Bold = new(decoration: Decoration.Bold);

    /// <param name="Name">The stage's.</param>
    /// <param name="Mark">What has become of it, given the cells that there are.</param>
    /// <param name="Style">The mark's.</param>
    /// <param name="Words">In a few words; they go on beneath where one line is too short.</param>
    internal sealed record Row(string Name, Func<int, string> Mark, Style Style, string Words);

    /// <summary>Whether the rows fit a terminal as a table; where not, plain lines say more.</summary>
    /// <param name="names">The rows' names.</param>
    /// <param name="width">The terminal's, in cells.</param>
    /// <param name="height">The terminal's, in lines; one is the title's and two are left for what comes after.</param>
    public static bool Fits(IReadOnlyCollection<string> names, int width, int height) =>
        Indent + names.Select(Cells.Of).DefaultIfEmpty().Max() + Gap + MarkWidth + Gap + LeastWords <= width && names.Count <= height - 3;

    public Measurement Measure(RenderOptions options, int maxWidth) => new(Math.Min(1, maxWidth), maxWidth);

    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        yield return new Segment(Cells.Crop(title, maxWidth), Bold);
        yield return Segment.LineBreak;
        var longest = rows.Select(r => Cells.Of(r.Name)).DefaultIfEmpty().Max();
        var mark = Math.Clamp(maxWidth - Indent - longest - Gap - Gap - LeastWords, LeastMark, MarkWidth);
        var name = Math.Min(longest, Math.Max(1, maxWidth - Indent - Gap - mark));
        var words = maxWidth - Indent - name - Gap - mark - Gap;
        foreach (var row in rows)
        {
            // In a terminal that is narrower than a mark, the beginning of the line is all there is.
            var left = Cells.Crop($"{new string(' ', Indent)}{Cells.Fit(row.Name, name)}{new string(' ', Gap)}", maxWidth);
            yield return new Segment(left);
            yield return new Segment(Cells.Crop(Cells.Fit(row.Mark(mark), mark), maxWidth - Cells.Of(left)), row.Style);
            foreach (var (line, i) in Words(row.Words, words).Select((line, i) => (line, i)))
            {
                if (i > 0)
                {
                    yield return Segment.LineBreak;
                }

                yield return new Segment(new string(' ', i == 0 ? Gap : maxWidth - words) + line);
            }

            yield return Segment.LineBreak;
        }
    }

    private static IReadOnlyList<string> Words(string text, int width) => text.Length == 0 || width < 1 ? []
        : width < LeastWords ? [Cells.Crop(text, width)]
        : Cells.Wrap(text, width, width, breakWords: true);
}
