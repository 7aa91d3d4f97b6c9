using System.CommandLine;
using Composer.Core.Json;

namespace Composer.Bench.Measuring;

/// <summary>How a benchmark prints what it measured.</summary>
internal sealed class OutputOptions
{
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object." };
    private readonly Option<bool> markdown = new("--markdown") { Description = "Print a table in Markdown." };

    /// <param name="command">Takes the options.</param>
    /// <param name="hasMarkdown">Whether it has a table for the documentation.</param>
    public OutputOptions(Command command, bool hasMarkdown = false)
    {
        if (hasMarkdown)
        {
            command.Add(markdown);
        }

        command.Add(json);
    }

    /// <summary>Whether text is wanted that may come line by line.</summary>
    public bool IsText(ParseResult parsed) => !parsed.GetValue(json) && !IsMarkdown(parsed);

    /// <summary>Prints it all.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="measured">As JSON.</param>
    /// <param name="text">As text.</param>
    /// <param name="table">In Markdown.</param>
    public void Print<T>(ParseResult parsed, T measured, Func<T, string> text, Func<T, string>? table = null) => Console.WriteLine(
        parsed.GetValue(json) ? ComposerJson.WriteText(measured)
        : table is not null && IsMarkdown(parsed) ? table(measured)
        : text(measured));

    private bool IsMarkdown(ParseResult parsed) => parsed.CommandResult.Command.Options.Contains(markdown) && parsed.GetValue(markdown);
}
