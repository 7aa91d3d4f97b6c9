using System.CommandLine;
using Composer.Architecture;
using Composer.Architecture.Presets;
using Composer.Cli.Output;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Mad.Benchmarks;
using Composer.Mad.Evaluation;
using Composer.Mad.Tasks;
using Composer.Pipeline;
using Composer.Training.Models;

namespace Composer.Cli.Commands;

/// <summary><c>composer bench candidate</c>: what a candidate costs besides its training.</summary>
internal static class BenchCandidateCommand
{
    private const string Code = "CMP1009";

    public static Command Create()
    {
        var repeat = new Option<int>("--repeat") { Description = "Rounds over the six tasks.", DefaultValueFactory = _ => 5 };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("candidate", "What a candidate of a search waits before its first update, the first in a process and later ones, and what an update allocates.") { repeat, json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(repeat) < 1)
            {
                throw new UserInputException(new Diagnostic(Code, DiagnosticSeverity.Error, $"{repeat.Name} must be at least 1."));
            }

            var engine = EngineRegistry.Get("cpu");
            var view = new CandidateStartUpView(
            [
                .. from round in Enumerable.Range(1, parsed.GetValue(repeat))
                   from task in MadTasks.All
                   select CandidateStartUp.Measure(Evaluation(task, round), engine),
            ]);
            Console.WriteLine(parsed.GetValue(json) ? PipelineJson.WriteText(view) : view.Text);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>
    /// The paper's small model on a task of its own length, with the sample counts of the protocol; small batches,
    /// so that what the first update waits for stands out from the update.
    /// </summary>
    private static CandidateEvaluation Evaluation(MadTask task, int round) => new(
        LayerSequence.Parse("2A+4M"), SizePreset.SmallShape, task, task.Default, new EvaluationSettings { Batch = 4 }, new Seed((ulong)round));
}
