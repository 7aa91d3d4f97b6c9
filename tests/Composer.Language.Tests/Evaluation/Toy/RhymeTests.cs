using System.Reflection;
using System.Text.Json;
using Composer.Architecture;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Core.Settings;
using Composer.Language.Evaluation;
using Composer.Language.Tokenizers;
using Composer.Training.Models;
using Composer.Training.Engines;

namespace Composer.Language.Tests.Evaluation.Toy;

/// <summary>A task of lm-evaluation-harness that no product source knows goes wherever the others go.</summary>
public sealed class RhymeTests : IDisposable
{
    private const string Rows = """
        {"word": "cat", "words": ["hat", "dog"], "rhymes": 0}
        {"word": "bee", "words": ["ant", "fly", "tree"], "rhymes": "2"}
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Adding_an_lm_eval_task_is_these_files() => Assert.Equal(
        ["RhymeTask.cs", "RhymeTests.cs", "ToyRegistration.cs"],
        Directory.EnumerateFiles(Path.Join(CloneRoot.Path, "tests/Composer.Language.Tests/Evaluation/Toy"))
            .Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Fact]
    public void It_is_named_with_the_others()
    {
        Assert.Equal(
            ["arc_challenge", "arc_easy", "hellaswag", "lambada_openai", "piqa", "rhyme", "sciq", "wikitext", "winogrande"],
            EvaluationTasks.Names.Where(name => !EvaluationTasks.IsBuiltIn(name)));
        var setting = typeof(LmEvalSettings).GetProperty(nameof(LmEvalSettings.Tasks))!;
        Assert.Contains("rhyme", setting.GetCustomAttribute<SettingChoicesAttribute>()!.Choices);
        var unknown = Assert.Throws<UserInputException>(() => EvaluationTasks.Load("ryme", folder.Path, 0, 0)).Diagnostics[0];
        Assert.Contains("'rhyme'", unknown.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_files_are_found_and_read()
    {
        folder.Write("rhyme.jsonl", Rows);
        folder.Write("rhyme.train.jsonl", Rows);
        Assert.Equal([folder["rhyme.jsonl"], folder["rhyme.train.jsonl"]], EvaluationTasks.FilesOf("rhyme", folder.Path, 1));
        var task = EvaluationTasks.Load("rhyme", folder.Path, shots: 1, limit: 0);
        Assert.Equal(("rhyme", false, true, 2), (task.Name, task.Metrics.Count > 1, task.DrawsOneMore, task.ShotPool.Count));
        Assert.Equal(["A rhyme on bee:", "A rhyme on bee:", "A rhyme on bee:"], task.Questions[1].Contexts);
        Assert.Equal(["ant", "fly", "tree"], task.Questions[1].Choices);
        Assert.Equal([0, 2], task.Questions.Select(q => q.Gold));
        Assert.Equal(((1 / 2.0) + (1 / 3.0)) / 2, task.Chance, 1e-12);
        Assert.Single(EvaluationTasks.Load("rhyme", folder.Path, 0, limit: 1).Questions);
    }

    [Fact]
    public void A_row_that_is_none_of_its_own_is_a_diagnostic_with_its_line()
    {
        folder.Write("rhyme.jsonl", "{\"word\": \"cat\", \"words\": [\"hat\"], \"rhymes\": 0}\n{\"word\": \"cat\"}\n");
        var mistake = Assert.Throws<UserInputException>(() => EvaluationTasks.Load("rhyme", folder.Path, 0, 0)).Diagnostics[0];
        Assert.Equal(("CMP6008", 2), (mistake.Code, mistake.Span!.Value.Line));
        Assert.Contains("no row of rhyme", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_is_scored_on_it_and_reported()
    {
        folder.Write("rhyme.jsonl", Rows);
        folder.Write("rhyme.train.jsonl", Rows);
        using var model = EngineRegistry.Get(EngineRegistry.Cpu).Create(
            new ModelConfiguration(LayerSequence.FromSymbols("AM"), new ModelShape(8, 2, 2, 8), 258, 64), new Seed(2), 1);
        var result = LanguageModelEvaluator.Evaluate(
            model,
            new ByteTokenizer(),
            EvaluationTasks.Load("rhyme", folder.Path, 1, 0),
            new HarnessSettings { Shots = 1, KeepSamples = true });
        Assert.Equal([2, 3], result.Samples.Select(s => s.Responses.Count));
        Assert.All(result.Samples.SelectMany(s => s.Responses), r => Assert.InRange(r.LogLikelihood, -100, -1));
        Assert.All(result.Samples, s => Assert.Equal(
            s.Responses.Max(r => r.LogLikelihood) == s.Responses[s.Question.Gold].LogLikelihood, s.Values[0].Value == 1));

        using var stream = new MemoryStream();
        HarnessReport.Write(
            [result], new HarnessModel("AM", Digest.Of("w"), 10, new ByteTokenizer(), 64, 0), new HarnessSettings(), stream);
        using var document = JsonDocument.Parse(stream.ToArray());
        var root = document.RootElement;
        Assert.Equal(result[EvaluationMetric.Accuracy]!.Value, root.GetProperty("results").GetProperty("rhyme").GetProperty("acc,none").GetDouble());
        Assert.False(root.GetProperty("results").GetProperty("rhyme").TryGetProperty("acc_norm,none", out _));
        Assert.Equal(1, root.GetProperty("n-shot").GetProperty("rhyme").GetInt32());
        Assert.Equal(2, HarnessSamples.Write(result).Count(b => b == '\n'));
    }
}
