using System.Text;

namespace Composer.Cli.Terminal;

/// <summary>
/// Folds lines that are wider than the terminal at spaces, what follows set in further than what it follows. A word that is wider
/// than the terminal stays whole and is the terminal's to wrap, so that a path can be copied.
/// </summary>
/// <param name="inner">Receives the lines.</param>
/// <param name="width">The terminal's width in cells, asked for with every line.</param>
internal sealed class FoldingWriter(TextWriter inner, Func<int> width) : TextWriter
{
    private const char Escape = '\u001b';
    private const int Hanging = 4;
    private bool inLine;

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value)
    {
        inLine = value != '\n';
        inner.Write(value);
    }

    public override void Write(string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            inLine = value[^1] != '\n';
            inner.Write(value);
        }
    }

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void WriteLine()
    {
        inLine = false;
        inner.WriteLine();
    }

    public override void WriteLine(string? value)
    {
        // Begun by a write, or drawn with escapes: whoever does so knows the width.
        var folds = !inLine && value is not null && !value.Contains(Escape, StringComparison.Ordinal);
        inner.WriteLine(folds ? string.Join(Environment.NewLine, value!.ReplaceLineEndings("\n").Split('\n').SelectMany(Fold)) : value);
        inLine = false;
    }

    public override void Flush() => inner.Flush();

    private IEnumerable<string> Fold(string line)
    {
        var room = width();
        if (Cells.Of(line) <= room)
        {
            return [line];
        }

        var indent = line.Length - line.AsSpan().TrimStart(' ').Length;
        var hanging = new string(' ', Math.Min(indent + Hanging, room / 4));
        return Cells.Wrap(line, room, room - hanging.Length, breakWords: false).Select((part, i) => i == 0 ? part : hanging + part);
    }
}
