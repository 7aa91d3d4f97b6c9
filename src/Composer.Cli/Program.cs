using System.CommandLine;
using System.Text;
using Composer.Cli.Commands;
using Composer.Cli.Commands.Data;
using Composer.Cli.Output;
using Composer.Cli.Terminal;
using Composer.Core.Diagnostics;
using Composer.Core;
using Composer.Store.Durability;
using Composer.Training.Models;

namespace Composer.Cli;

/// <summary><c>composer</c>: the library's face. Parses, calls, prints; decides nothing.</summary>
internal static class Program
{
    /// <summary>Extra exit code of a bug: none of the documented ones.</summary>
    private const int InternalError = 70;

    public static async Task<int> Main(string[] arguments)
    {
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var root = new RootCommand("Composer finds, scales, trains and compares hybrid language-model architectures, reproducibly.")
        {
            RunCommand.Create(),
            PlanCommand.Create(),
            WhyCommand.Create(),
            DoctorCommand.Create(),
            ArchitectureCommand.Create(),
            DiffCommand.Create(),
            TraceCommand.Create(),
            RunsCommand.Create(),
            SearchCommand.Create(),
            ExportCommand.Create(),
            ImportCommand.Create(),
            StoreCommand.Create(),
            BenchCommand.Create(),
            AgentCommand.Create(),
            ManifestCommand.Create(),
            DataCommand.Create(),
        };
        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var streams = StandardStreams.Claim(folds: !IsForMachines(parsed), TimeProvider.System);
        using (IsAgent(parsed) ? null : new LifeSign(CommandLineMistakes.Path(parsed), () => streams.Silence, Console.Error, TimeProvider.System))
        {
            return streams.ExitCodeOf(await InvokeAsync(parsed, arguments).ConfigureAwait(false));
        }
    }

    /// <summary>Whether another composer reads what it prints, and nobody the rest.</summary>
    private static bool IsAgent(ParseResult parsed) => parsed.CommandResult.Command.Name == AgentCommand.Name;

    private static bool IsForMachines(ParseResult parsed) =>
        IsAgent(parsed) || parsed.CommandResult.Command.Name == "schema"
        || parsed.Tokens.Any(token => token.Value is "--json" or "--csv" or "--markdown");

    private static async Task<int> InvokeAsync(ParseResult parsed, string[] arguments)
    {
        if (parsed.Errors.Count > 0 && parsed.Action is not System.CommandLine.Help.HelpAction)
        {
            return CommandLineMistakes.Report(parsed);
        }

        try
        {
            // Signals are the commands' own business: a run has agents to stop and a store to leave whole.
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            }).ConfigureAwait(false);
        }
        catch (UserInputException mistakes)
        {
            foreach (var diagnostic in mistakes.Diagnostics)
            {
                await Console.Error.WriteLineAsync(diagnostic.ToString()).ConfigureAwait(false);
                if (GitHubAnnotations.AreWanted(arguments))
                {
                    await Console.Error.WriteLineAsync(GitHubAnnotations.Of(diagnostic)).ConfigureAwait(false);
                }
            }

            return ExitCode.UserInput;
        }
        catch (EngineUnavailableException lacking)
        {
            await Console.Error.WriteLineAsync($"error CMP1007: {lacking.Message} 'composer doctor' says what this machine has and lacks.").ConfigureAwait(false);
            return ExitCode.Blocked;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Cancelled;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            var explained = e is IOException ? StorageFailure.Explain(e, "The artifacts folder") : null;
            await Console.Error.WriteLineAsync($"error CMP1003: {explained?.Message ?? e.Message}").ConfigureAwait(false);
            return ExitCode.StageFailed;
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync($"error CMP1001: This is a bug in composer; please report it. {e}").ConfigureAwait(false);
            return InternalError;
        }
    }
}
