using System.CommandLine;
using System.Text.RegularExpressions;
using Composer.Core.Diagnostics;
using Composer.Core;

namespace Composer.Cli.Commands;

/// <summary>Turns what the parser complains of into diagnostics with a suggestion; exit code 2.</summary>
internal static partial class CommandLineMistakes
{
    public const string Code = "CMP1002";

    public static int Report(ParseResult parsed)
    {
        var known = Names(parsed.CommandResult.Command).ToArray();
        var unmatched = Unknown(parsed).ToArray();
        foreach (var token in unmatched)
        {
            var what = token.StartsWith('-') ? "option" : "command or argument";
            Console.Error.WriteLine(new Diagnostic(
                Code,
                DiagnosticSeverity.Error,
                $"Unknown {what} '{token}'.",
                Remedy: Suggestion.DidYouMean(token, known) ?? $"See '{Path(parsed.CommandResult.Command)} --help'."));
        }

        foreach (var message in parsed.Errors.Select(e => WhiteSpace().Replace(e.Message, " ")).Where(m => !IsTold(m)))
        {
            Console.Error.WriteLine(new Diagnostic(
                Code,
                DiagnosticSeverity.Error,
                message.EndsWith('.') ? message : message + ".",
                Remedy: $"See '{Path(parsed.CommandResult.Command)} --help'."));
        }

        return ExitCode.UserInput;

        // After an unknown command every word is unknown, and a command is missing.
        bool IsTold(string message) =>
            parsed.UnmatchedTokens.Any(t => message.Contains($"'{t}'", StringComparison.Ordinal))
            || (unmatched.Length > 0 && parsed.CommandResult.Command.Subcommands.Count > 0);
    }

    /// <summary>The command that was called, such as <c>composer store verify</c>.</summary>
    public static string Path(ParseResult parsed) => Path(parsed.CommandResult.Command);

    private static IEnumerable<string> Unknown(ParseResult parsed)
    {
        if (parsed.CommandResult.Command.Subcommands.Count > 0)
        {
            return parsed.UnmatchedTokens.Take(1);
        }

        // A word after an unknown option is its value.
        return parsed.UnmatchedTokens.Where(
            (token, i) => i == 0 || token.StartsWith('-') || !parsed.UnmatchedTokens[i - 1].StartsWith('-'));
    }

    private static IEnumerable<string> Names(Command command) =>
        command.Options.SelectMany(o => o.Aliases.Append(o.Name))
            .Concat(command.Subcommands.Select(c => c.Name))
            .Append("--help");

    private static string Path(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{Path(parent)} {command.Name}" : "composer";

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
