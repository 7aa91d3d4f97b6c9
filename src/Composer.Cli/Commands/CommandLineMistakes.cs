using System.CommandLine;
using Composer.Core;
using Composer.Core.Diagnostics;

namespace Composer.Cli.Commands;

/// <summary>Turns what the parser complains of into diagnostics with a suggestion; exit code 2.</summary>
internal static class CommandLineMistakes
{
    public const string Code = "CMP1002";

    public static int Report(ParseResult parsed)
    {
        var known = Names(parsed.CommandResult.Command).ToArray();
        var unmatched = parsed.UnmatchedTokens.ToHashSet(StringComparer.Ordinal);
        foreach (var token in parsed.UnmatchedTokens)
        {
            var what = token.StartsWith('-') ? "option" : "command or argument";
            Console.Error.WriteLine(new Diagnostic(
                Code,
                DiagnosticSeverity.Error,
                $"Unknown {what} '{token}'.",
                Remedy: Suggestion.DidYouMean(token, known) ?? $"See '{Path(parsed.CommandResult.Command)} --help'."));
        }

        foreach (var error in parsed.Errors.Where(e => !unmatched.Any(t => e.Message.Contains($"'{t}'", StringComparison.Ordinal))))
        {
            Console.Error.WriteLine(new Diagnostic(
                Code, DiagnosticSeverity.Error, error.Message, Remedy: $"See '{Path(parsed.CommandResult.Command)} --help'."));
        }

        return ExitCode.UserInput;
    }

    private static IEnumerable<string> Names(Command command) =>
        command.Options.SelectMany(o => o.Aliases.Append(o.Name))
            .Concat(command.Subcommands.Select(c => c.Name))
            .Append("--help");

    private static string Path(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{Path(parent)} {command.Name}" : "composer";
}
