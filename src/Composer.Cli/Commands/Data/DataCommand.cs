using System.CommandLine;
using Composer.Core.Diagnostics;

namespace Composer.Cli.Commands.Data;

/// <summary><c>composer data</c>: what people bring, and what they take away.</summary>
internal static class DataCommand
{
    public static Command Create() => new("data", "Fetch, prepare and look at data; take results away.")
    {
        DataFetchCommand.Create(),
        DataPrepareCommand.Create(),
        DataDescribeCommand.Create(),
        DataGetCommand.Create(),
        DataStoriesCommand.Create(),
        DataMadCommand.Create(),
    };

    /// <summary>A mistake on the command line.</summary>
    public static UserInputException Mistake(string message, string? remedy = null) =>
        new(new Diagnostic(CommandLineMistakes.Code, DiagnosticSeverity.Error, message, Remedy: remedy));
}
