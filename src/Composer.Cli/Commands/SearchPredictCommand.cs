using System.CommandLine;
using System.Text;
using Composer.Cli.Output;
using Composer.Cli.Terminal;
using Composer.Core;
using Composer.Core.Json;
using Composer.Stages.Prediction;

namespace Composer.Cli.Commands;

/// <summary>
/// <c>composer search predict</c>: which score of small searches predicts what was measured of the same orders. It trains nothing.
/// </summary>
internal static class SearchPredictCommand
{
    public static Command Create()
    {
        var options = new ExperimentOptions();
        var truth = new TruthOptions();
        var seeds = new Option<string?>("--seeds")
        {
            Description = "Seeds such as 17,18,19, each a search of its own and a repetition here; the manifest's by default, or those of "
                + "its sweep.",
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var csv = new Option<string?>("--csv") { Description = "Write the table as CSV, too.", HelpName = "FILE" };
        var run = SearchCommand.Run();
        var command = new Command(
            "predict",
            "Hold every score that finished searches give (each task, their mean, without each task, z-scores, ranks; by loss and "
            + "accuracy, last and best epoch) against a truth measured on the same orders.")
        {
            seeds, json, csv, run,
        };
        options.AddTo(command);
        truth.AddTo(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(csv) is { } planned && !CanBeWritten(planned))
            {
                throw CannotBeWritten(planned, "there is no such folder.");
            }

            var views = Predictions(options, truth, parsed, parsed.GetValue(run), FinishedSearches.Seeds(parsed.GetValue(seeds)))
                .Select(PredictionView.Of).ToArray();
            if (parsed.GetValue(csv) is { } file)
            {
                Write(file, PredictionCsv.Of(views));
            }

            Console.WriteLine(parsed.GetValue(json)
                ? ComposerJson.WriteText(new { Predictions = views })
                : string.Join(Environment.NewLine, views.Select(view => PredictionText.Of(view, TerminalWidth.Current))));
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>One for each search of the experiment that is not the truth itself, seeds together.</summary>
    private static IReadOnlyList<SearchPrediction> Predictions(
        ExperimentOptions options, TruthOptions truths, ParseResult parsed, string? run, IReadOnlyList<string> seeds)
    {
        if (!truths.AreGiven(parsed))
        {
            throw TruthOptions.Mistake(
                "There is no truth to predict.",
                "Name one: --truth NAME for the search of another experiment, --truth-models for pre-trained models, or --truth-stage for "
                + "another search of the same experiment.");
        }

        var chosen = options.Chosen(parsed);
        var found = FinishedSearches.Of(options, parsed, chosen, run, seeds);
        using var store = Session.OpenStore(ExperimentOptions.FindWorkspace(parsed.GetValue(options.Artifacts)));
        SearchedRuns[] searched =
        [
            .. found.GroupBy(search => search.WithoutSeed).Select(group =>
                SearchedRuns.Of([.. group.DistinctBy(s => s.Key)], store) ?? throw TruthOptions.EvaluationsAreGone(chosen.Name)),
        ];
        var truth = truths.Of(options, parsed, [.. searched.SelectMany(s => s.Orders.Keys).Distinct()]);
        var predictions = searched.Where(s => !IsTruth(s, truth)).Select(s => SearchPrediction.Of(s, truth) ?? throw TruthOptions.Mistake(
            $"{s.Stage} and {truth.Stage} have {s.Orders.Keys.Count(truth.Values.ContainsKey)} orders in common that both have to the end.",
            $"{SearchPrediction.LeastOrders} are needed at least: search and measure the same orders, as strategy = \"exhaustive\" does."))
            .ToArray();
        return predictions.Length > 0
            ? predictions
            : throw TruthOptions.Mistake(
                "The only search is the truth itself.", "Name another experiment by --truth, or a search of other settings.");
    }

    /// <summary>A search predicts itself without fault.</summary>
    private static bool IsTruth(SearchedRuns searched, OrderTruth truth) =>
        searched.Stage == truth.Stage && searched.Seeds.SequenceEqual(truth.Seeds) && searched.Orders.Count == truth.Values.Count
        && searched.AsTruth() is var own
        && own.Values.All(o => truth.Values.TryGetValue(o.Key, out var values) && values.SequenceEqual(o.Value));

    private static void Write(string file, string text)
    {
        try
        {
            File.WriteAllText(file, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotBeWritten(file, e.Message);
        }
    }

    /// <summary>As far as can be told before anything is computed.</summary>
    private static bool CanBeWritten(string file) =>
        file.Length > 0 && !Directory.Exists(file) && Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(file)));

    private static Exception CannotBeWritten(string file, string why) =>
        TruthOptions.Mistake($"--csv '{file}' cannot be written: {why}", "Name a file in a folder that is there.");
}
