using System.Globalization;
using Composer.Cli.Terminal;
using Composer.Core.Text;
using Spectre.Console;

namespace Composer.Cli.Output;

/// <summary>
/// How far one thing has come: on a terminal a bar in one line that is drawn over, elsewhere a plain line no oftener than every
/// <see cref="Interval"/>.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ProgressLine : IDisposable
{
    /// <summary>Between two plain lines.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private const string Clear = "\r\u001b[2K";
    private const int BarWidth = 20;
    private static readonly TimeSpan Redrawing = TimeSpan.FromMilliseconds(200);
    private readonly TextWriter output;
    private readonly Func<int>? width;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private readonly long began;
    private long last;
    private bool isDrawn;

    /// <param name="output">Receives the lines.</param>
    /// <param name="width">The terminal's cells; null where there is none.</param>
    /// <param name="time">The clock.</param>
    public ProgressLine(TextWriter output, Func<int>? width, TimeProvider time)
    {
        (this.output, this.width, this.time) = (output, width, time);
        began = last = time.GetTimestamp();
    }

    /// <summary>One on standard output, as it is.</summary>
    public static ProgressLine OnConsole() => new(
        Console.Out,
        !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi ? () => TerminalWidth.Current : null,
        TimeProvider.System);

    /// <summary>Seconds since it was made.</summary>
    public double Seconds => time.GetElapsedTime(began).TotalSeconds;

    /// <param name="fraction">0 … 1; null where nobody knows how much there is.</param>
    /// <param name="detail">In a few words.</param>
    public void Report(double? fraction, string detail)
    {
        lock (gate)
        {
            if (time.GetElapsedTime(last) < (width is null ? Interval : Redrawing))
            {
                return;
            }

            last = time.GetTimestamp();
            if (width is null)
            {
                var percent = fraction is { } share ? string.Create(CultureInfo.InvariantCulture, $"{share * 100,3:0} %, ") : "";
                output.WriteLine($"  {percent}{detail}, {ElapsedText.Of(Math.Round(Seconds))} so far");
                output.Flush();
                return;
            }

            var left = fraction is > 0.01 and < 1 ? $" · {ElapsedText.Of(Seconds / fraction.Value * (1 - fraction.Value))} left" : "";
            var line = fraction is { } done ? $"{Bar(done)}  {detail}{left}" : detail;
            output.Write(Clear + Cells.Crop(line, width() - 1));
            output.Flush();
            isDrawn = true;
        }
    }

    /// <summary>A line that stays.</summary>
    public void Say(string line)
    {
        lock (gate)
        {
            Erase();
            output.WriteLine(line);
            output.Flush();
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            Erase();
        }
    }

    private static string Bar(double fraction)
    {
        var full = (int)Math.Round(BarWidth * Math.Clamp(fraction, 0, 1));
        return new string('━', full) + new string('─', BarWidth - full);
    }

    private void Erase()
    {
        if (isDrawn)
        {
            output.Write(Clear);
            output.Flush();
            isDrawn = false;
        }
    }
}
