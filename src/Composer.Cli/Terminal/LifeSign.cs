using System.Globalization;
using Composer.Core.Text;

namespace Composer.Cli.Terminal;

/// <summary>
/// A line on standard error when a command has printed nothing for a while, and then every so often: whoever follows a log
/// sees that it lives.
/// </summary>
internal sealed class LifeSign : IDisposable
{
    /// <summary>More than what a run shows its own progress by, which says more.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(45);

    private readonly ITimer timer;

    /// <param name="command">What is at work, such as <c>composer store verify</c>.</param>
    /// <param name="silence">How long nothing has been printed.</param>
    /// <param name="output">Receives the line.</param>
    /// <param name="time">The clock.</param>
    public LifeSign(string command, Func<TimeSpan> silence, TextWriter output, TimeProvider time)
    {
        var began = time.GetTimestamp();
        var often = TimeSpan.FromSeconds(5);
        timer = time.CreateTimer(_ => Look(), null, often, often);

        void Look()
        {
            if (silence() >= Interval)
            {
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{command}: at work for {ElapsedText.Of(Math.Round(time.GetElapsedTime(began).TotalSeconds))}"));
            }
        }
    }

    public void Dispose() => timer.Dispose();
}
