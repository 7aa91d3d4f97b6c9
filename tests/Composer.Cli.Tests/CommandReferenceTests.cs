using System.Text;
using System.Text.RegularExpressions;
using Composer.Testing.Execution;

namespace Composer.Cli.Tests;

/// <summary><c>docs/commands.md</c> is what <c>--help</c> says, of every command that there is.</summary>
public sealed partial class CommandReferenceTests
{
    private const string Beginning = """
        # Commands

        Every command of `composer`, as its own `--help` describes it: a test makes this page of that. Exit codes: 0 done, 1 a stage failed, 2 the
        input is wrong, 3 the machine lacks something (`composer doctor` says what), 130 cancelled. A standard output that cannot be
        written, as on a full disk, loses no work: the command ends as it would, says so, and gives 1 for 0.

        On a terminal a run is a table that follows it; in a pipe, a log or a terminal that the table does not fit it is plain lines,
        at each change and every half minute. Any other command that prints nothing for long says on standard error that it is at work.

        | command | what it does |
        | --- | --- |

        """;

    [Fact]
    public void The_page_is_what_help_says()
    {
        var (table, sections) = (new StringBuilder(Beginning), new StringBuilder());
        foreach (var (name, help) in Leaves("composer"))
        {
            var (description, rest) = Parts(help);
            table.Append($"| [`{name}`](#{name.Replace(' ', '-')}) | {Escaped(description)} |\n");
            sections.Append($"\n## {name}\n\n{Escaped(description)}\n\n```\n{rest}\n```\n");
        }

        new GoldenFile(Path.Join(CloneRoot.Path, "docs", "commands.md")).Verify(table.Append(sections).ToString());
    }

    private static IEnumerable<(string Name, string Help)> Leaves(string name)
    {
        string[] words = [.. name.Split(' ')[1..], "--help"];
        var help = ComposerExecutable.Run(CloneRoot.Path, null, words).Expect(0).Output.ReplaceLineEndings("\n").TrimEnd();
        var commands = help.Split("\nCommands:\n") is [_, var list] ? Command().Matches(list).Select(m => m.Groups[1].Value).ToArray() : [];
        return commands.Length == 0 ? [(name, help)] : commands.SelectMany(command => Leaves($"{name} {command}"));
    }

    private static (string Description, string Usage) Parts(string help)
    {
        var blocks = help.Split("\n\n", 2);
        Assert.StartsWith("Description:\n", blocks[0], StringComparison.Ordinal);
        return (blocks[0]["Description:\n".Length..].Trim(), HelpOption().Replace(blocks[1], "").TrimEnd());
    }

    private static string Escaped(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    [GeneratedRegex("^  ([a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex Command();

    /// <summary>Every command has it.</summary>
    [GeneratedRegex(@"\n +-\?, -h, --help .*$", RegexOptions.Multiline)]
    private static partial Regex HelpOption();
}
