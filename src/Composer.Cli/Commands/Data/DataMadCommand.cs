using System.CommandLine;
using System.Text.Json;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Core.Json;
using Composer.Core.Settings;
using Composer.Mad.Evaluation;
using Composer.Mad.Samples;
using Composer.Mad.Scoring;
using Composer.Mad.Tasks;
using Composer.Training.Models;

namespace Composer.Cli.Commands.Data;

/// <summary><c>composer data mad</c>: the samples of a synthetic task.</summary>
internal static class DataMadCommand
{
    /// <summary>Enough to see what they are like.</summary>
    private const int Shown = 5;

    public static Command Create()
    {
        var task = new Argument<string>("TASK") { Description = $"One of {string.Join(", ", MadTasks.Names)}." };
        var samples = NumberOption.Of(
            "--samples", "Training samples; 5 on standard output, 800 in a file, as manifests have by default.", 1, 10_000_000);
        var tests = NumberOption.Of("--test-samples", "Test samples; none on standard output, 1,280 in a file.", 0, 10_000_000);
        var set = new Option<string[]>("--set")
        {
            Description = "Set a difficulty as in [evaluate.task.TASK], such as --set vocabulary=32; any number of times.",
            HelpName = "name=value",
        };
        var seed = new Option<ulong>("--seed") { Description = "The manifest's; 0 by default.", HelpName = "N" };
        var repetition = NumberOption.Of("--repetition", "Which repetition's, from 0.", 0, 1000);
        var to = new Option<string?>("--to") { Description = "The file to write; standard output by default.", HelpName = "FILE.jsonl" };
        var command = new Command("mad", "Print or export a synthetic task's samples, as candidates train on them: JSONL, a sample a line.")
        {
            task, samples, tests, set, seed, repetition, to,
        };
        command.SetAction(parsed =>
        {
            var name = parsed.GetRequiredValue(task);
            if (!MadTasks.TryGet(name, out var mad))
            {
                throw DataCommand.Mistake(
                    $"There is no task '{name}'.",
                    Suggestion.DidYouMean(name, MadTasks.Names) ?? $"There are {string.Join(", ", MadTasks.Names)}.");
            }

            var file = parsed.GetValue(to);
            var (knobs, mistakes, usual) = (KnobsOf(parsed.GetValue(set) ?? []), new List<SettingMistake>(), new EvaluationSettings());
            var settings = knobs.Configure(mad, mistakes);
            var training = parsed.GetValue(samples) ?? knobs.Samples ?? (file is null ? Shown : usual.Samples);
            var test = parsed.GetValue(tests) ?? knobs.TestSamples ?? (file is null ? 0 : usual.TestSamples);
            string[] wrong = [.. mistakes.Select(m => $"{m.Message} {m.Remedy}".TrimEnd())];
            wrong = wrong.Length > 0 ? wrong : [.. TaskData.Validate(mad, settings, training, test)];
            if (wrong.Length > 0)
            {
                throw new UserInputException(
                    [.. wrong.Select(w => new Diagnostic(CommandLineMistakes.Code, DiagnosticSeverity.Error, w))]);
            }

            var data = CandidateEvaluation.DataOf(
                mad, settings, SeedOf(parsed.GetValue(seed), parsed.GetValue(repetition) ?? 0), training, test);
            return JsonLinesOutput.Write(file, training + test, "sample", (json, i) => Write(
                json, i < training ? data.Training : data.Test, i < training ? i : i - training, i >= training));
        });
        return command;
    }

    private static Seed SeedOf(ulong manifest, int repetition) =>
        EvaluationProtocol.SeedOf(EvaluationProtocol.SeedOfCandidates(new Seed(manifest)), repetition);

    private static void Write(Utf8JsonWriter json, SampleSet set, int sample, bool isTest)
    {
        json.WriteString("set", isTest ? "test" : "training");
        json.WriteStartArray("inputs");
        foreach (var token in set.InputsOf(sample))
        {
            json.WriteNumberValue(token);
        }

        json.WriteEndArray();
        json.WriteStartArray("targets");
        foreach (var token in set.TargetsOf(sample))
        {
            if (token == TokenBatch.Ignored)
            {
                json.WriteNullValue();
            }
            else
            {
                json.WriteNumberValue(token);
            }
        }

        json.WriteEndArray();
    }

    private static MadTaskKnobs KnobsOf(string[] settings)
    {
        var naming = ComposerJson.Options.PropertyNamingPolicy!;
        string[] known = [
            .. typeof(MadTaskKnobs).GetProperties().Where(p => p.Name != nameof(MadTaskKnobs.Weight))
                .Select(p => naming.ConvertName(p.Name)),
        ];
        var values = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var setting in settings)
        {
            var equals = setting.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? setting : setting[..equals].Trim();
            if (equals < 0 || !known.Contains(name))
            {
                throw DataCommand.Mistake(
                    equals < 0 ? $"'{setting}' is not of the form name=value." : $"There is no setting '{name}' of a task.",
                    Suggestion.DidYouMean(name, known) ?? $"There are {string.Join(", ", known)}.");
            }

            try
            {
                values[name] = JsonDocument.Parse(setting[(equals + 1)..]).RootElement;
                ComposerJson.Read<MadTaskKnobs>(ComposerJson.Write(values));
            }
            catch (Exception e) when (e is JsonException or InvalidDataException)
            {
                throw DataCommand.Mistake(
                    $"'{setting[(equals + 1)..]}' is no value of '{name}'.", "Values are numbers, or true and false.");
            }
        }

        return ComposerJson.Read<MadTaskKnobs>(ComposerJson.Write(values));
    }
}
