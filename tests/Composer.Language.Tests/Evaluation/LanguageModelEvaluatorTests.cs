using System.Text.Json;
using Composer.Architecture;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Language.Evaluation;
using Composer.Language.Evaluation.Harness;
using Composer.Language.Tokenizers;
using Composer.Training.Models;
using Composer.Training.Reference;

namespace Composer.Language.Tests.Evaluation;

public sealed class LanguageModelEvaluatorTests : IDisposable
{
    private static readonly ByteTokenizer Bytes = new();

    private readonly ITrainableModel model = new ReferenceEngine().Create(
        new ModelConfiguration(LayerSequence.FromSymbols("AM"), new ModelShape(8, 2, 2, 8), 258, 24), new Seed(2), 1);

    public void Dispose() => model.Dispose();

    [Fact]
    public void A_score_is_the_sum_over_the_continuations_tokens()
    {
        Assert.Equal(Sum("ab", " cd", given: 2), Score("ab", " cd"), 1e-9);
    }

    [Fact]
    public void White_space_that_ends_the_context_is_scored_with_the_continuation()
    {
        Assert.Equal(Sum("ab", "  cd", given: 2), Score("ab ", " cd"), 1e-9);
    }

    [Fact]
    public void An_empty_context_is_the_begin_mark()
    {
        int[] tokens = [256, ' ', 'c', 'd'];
        var scores = new double[3];
        model.Score(tokens.AsSpan(0, 3), tokens.AsSpan(1), scores, new int[3]);
        Assert.Equal(scores.Sum(), Score("", " cd"), 1e-9);
    }

    [Fact]
    public void A_long_context_loses_its_beginning()
    {
        var text = "abcdefghijklmnopqrstuvwxyz0123456789";
        // 24 inputs and one more to predict: the last 25 bytes, of which three are scored.
        Assert.Equal(Sum(text[^22..], " cd", given: 22), Score(text, " cd"), 1e-9);
        Assert.NotEqual(Score("zz" + text[2..], " cd"), Score(text[^20..], " cd"), 1e-9);
    }

    [Fact]
    public void Accuracy_takes_the_first_of_equals_and_normalisation_divides_by_code_points()
    {
        var task = new EvaluationTask(
            "t",
            1,
            [
                new TaskQuestion("x", ["same", "same"], 0),
                new TaskQuestion("x", ["same", "same"], 1),
                // The longer text is less likely, but likelier a character: bytes of an untrained model are nearly even.
                new TaskQuestion("x", ["aaaaaaaaaa", "b"], 1),
                new TaskQuestion("x", ["aaaaaaaaaa", "b"], 0),
            ],
            []);
        var result = LanguageModelEvaluator.Evaluate(model, Bytes, task, new HarnessSettings { KeepSamples = true });
        Assert.Equal([1, 0, 1, 0], result.Samples.Select(s => s.Values[0].Value));
        Assert.Equal([1, 0, 0, 1], result.Samples.Select(s => s.Values[1].Value));
        Assert.Equal(0.5, result[EvaluationMetric.Accuracy]!.Value);
        Assert.Equal(Math.Sqrt(1.0 / 3 / 4), result[EvaluationMetric.Accuracy]!.StandardError!.Value, 1e-12);
        Assert.Equal(0.5, result.Task.Chance);
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(4, 5)]
    [InlineData(9, 20)]
    public void A_choice_of_the_window_s_length_is_scored_whole(int window, int context)
    {
        var choice = " " + new string('b', window - 1);
        var score = new ContinuationScorer(model, Bytes, window).Score(new string('a', context), choice);
        Assert.Equal(context > 1, score.ContextCut);
        Assert.Equal(Sum("a", choice, 1), score.LogLikelihood!.Value, 1e-9);
        Assert.Null(new ContinuationScorer(model, Bytes, window - 1).Score(new string('a', context), choice).LogLikelihood);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void No_window_scores_a_part_of_a_choice(int seed)
    {
        var rng = new Rng(new Seed((ulong)seed));
        for (var i = 0; i < 60; i++)
        {
            var (window, context, choice) = (2 + rng.NextInt(20), rng.NextInt(30), 1 + rng.NextInt(30));
            var text = " " + new string('c', choice - 1);
            var score = new ContinuationScorer(model, Bytes, window).Score(new string('d', context), text);
            Assert.Equal(choice <= window, score.LogLikelihood is not null);
            Assert.Equal(choice <= window, new RequestEncoder(Bytes, window, null).Continuation(new string('d', context), text).Fits);
        }
    }

    [Fact]
    public void A_choice_longer_than_the_window_is_refused_before_and_while_it_is_scored()
    {
        TaskQuestion[] questions =
        [
            new("x", ["aa", "b"], 1),
            new("x", [new string('a', 40), "b"], 0) { Place = new SourceSpan("t.jsonl", 7, 1, 7, 2) }, // would win if a part were scored
        ];
        var task = new EvaluationTask("t", 1, questions, []);
        foreach (var mistake in new[]
        {
            Assert.Throws<UserInputException>(() => LanguageModelEvaluator.RequireFit(Bytes, task, 12)),
            Assert.Throws<UserInputException>(() => Evaluate(task, 12)),
        })
        {
            Assert.StartsWith(
                "t.jsonl(7,1): error CMP6037: 't', question 2: choice 1 has 41 tokens, more than the 12 ",
                mistake.Diagnostics[0].ToString(),
                StringComparison.Ordinal);
            Assert.Contains("lm-eval.max_length", mistake.Diagnostics[0].Remedy, StringComparison.Ordinal);
        }

        Assert.Equal(2, LanguageModelEvaluator.RequireFit(Bytes, task, 41));
    }

    [Fact]
    public void A_generated_question_longer_than_the_window_is_left_out_and_counted()
    {
        TaskQuestion[] questions =
        [
            new("x", [new string('a', 40), "b"], 0),
            new("x", ["aa", "b"], 1),
            new(new string('y', 60), ["aa", "b"], 1),
        ];
        var task = new EvaluationTask("t", 1, questions, []) { Documents = 9, LeavesOutWhatIsTooLong = true };
        Assert.Equal(2, LanguageModelEvaluator.RequireFit(Bytes, task, 12));
        var result = Evaluate(task, 12);
        Assert.Equal((9, 2, 1, 1), (result.Task.Documents, result.Questions, result.LeftOut, result.ContextCut));
        Assert.Equal([1, 2], result.Samples.Select(s => s.Document));
        var counted = Report([result]).GetProperty("n-samples").GetProperty("t");
        Assert.Equal(
            (9, 2, 1, 1),
            (counted.GetProperty("original").GetInt32(), counted.GetProperty("effective").GetInt32(),
                counted.GetProperty("left_out").GetInt32(), counted.GetProperty("context_cut").GetInt32()));

        var none = Evaluate(task with { Questions = [questions[0]] }, 12);
        Assert.Equal((0, 1, 0), (none.Questions, none.LeftOut, none.Scores.Count));
        Assert.Empty(Report([none]).GetProperty("results").EnumerateObject());
    }

    [Fact]
    public void A_continuation_without_a_token_of_its_own_is_refused()
    {
        var task = new EvaluationTask("t", 1, [new("x", ["", "b"], 1)], []) { TargetDelimiter = "" };
        Assert.Contains(
            "has no token of its own", Assert.Throws<UserInputException>(() => Evaluate(task, 12)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(9, 4)]
    public void A_limit_changes_what_is_asked_and_not_how_many_there_are(int limit, int asked)
    {
        using var folder = new TemporaryFolder();
        folder.Write("piqa.jsonl", string.Concat(Enumerable.Range(0, 4).Select(
            i => $$"""{"goal": "g{{i}}", "sol1": "a", "sol2": "b", "label": {{i % 2}}}""" + "\n\n")));
        var task = EvaluationTasks.Load("piqa", folder.Path, 0, limit);
        Assert.Equal((4, asked), (task.Documents, task.Questions.Count));
        var stories = EvaluationTasks.Load("stories-who-has-it", "", 0, limit);
        Assert.Equal(limit == 0 ? 200 : limit, stories.Questions.Count);
        Assert.Equal(200, stories.Documents);
    }

    [Fact]
    public void A_single_question_has_no_standard_error()
    {
        Assert.Null(StandardErrors.OfMean([1]));
        Assert.Equal(0.5, StandardErrors.OfMean([1, 0])!.Value, 1e-15);
        Assert.Null(StandardErrors.Bootstrap([-2], (sum, n) => sum / n, 1));
    }

    [Fact]
    public void Examples_are_drawn_in_document_order_and_leave_the_question_out()
    {
        TaskQuestion[] pool = [.. Enumerable.Range(0, 100).Select(i => new TaskQuestion($"q{i}", ["a", "b"], i % 2))];
        var task = new EvaluationTask("t", 1, pool, pool) { DrawsOneMore = true };
        var generator = new MersenneTwister(1234);
        // Random(1234) draws 99, 56, 14 from a hundred; a question of its own makes room for the third.
        Assert.Equal("q99 b\n\nq56 a\n\n", TaskRequests.Examples(task, pool[5], 2, generator));
        Assert.Equal("q99 b\n\nq14 a\n\n", TaskRequests.Examples(task, pool[56], 2, new MersenneTwister(1234)));
    }

    [Fact]
    public void The_report_has_the_harnesss_shape()
    {
        using var folder = new TemporaryFolder();
        folder.Write("winogrande.jsonl", """{"sentence": "A _ b c.", "option1": "x", "option2": "y", "answer": "2"}""" + "\n");
        HarnessResult[] results =
        [
            LanguageModelEvaluator.Evaluate(model, Bytes, EvaluationTasks.Load("winogrande", folder.Path, 0, 0), new HarnessSettings()),
            LanguageModelEvaluator.Evaluate(model, Bytes, EvaluationTasks.Load("stories-who-has-it", "", 0, 3), new HarnessSettings()),
        ];
        var root = Report(results);
        Assert.Equal("N/A", root.GetProperty("results").GetProperty("winogrande").GetProperty("acc_stderr,none").GetString());
        Assert.False(root.GetProperty("results").GetProperty("winogrande").TryGetProperty("acc_norm,none", out _));
        Assert.InRange(root.GetProperty("results").GetProperty("stories-who-has-it").GetProperty("acc_norm,none").GetDouble(), 0, 1);
        Assert.Equal(3, root.GetProperty("n-samples").GetProperty("stories-who-has-it").GetProperty("effective").GetInt32());
        Assert.True(root.GetProperty("higher_is_better").GetProperty("winogrande").GetProperty("acc").GetBoolean());
        Assert.Equal(0, root.GetProperty("n-shot").GetProperty("winogrande").GetInt32());
    }

    private HarnessResult Evaluate(EvaluationTask task, int window) => LanguageModelEvaluator.Evaluate(
        model, Bytes, task, new HarnessSettings { MaximumLength = window, KeepSamples = true });

    private static JsonElement Report(IReadOnlyList<HarnessResult> results)
    {
        using var stream = new MemoryStream();
        HarnessReport.Write(results, new HarnessModel("AM", Digest.Of("w"), 10, Bytes, 24, 0), new HarnessSettings(), stream);
        using var document = JsonDocument.Parse(stream.ToArray());
        return document.RootElement.Clone();
    }

    private double Score(string context, string continuation) =>
        new ContinuationScorer(model, Bytes, 24).Score(context, continuation).LogLikelihood!.Value;

    private double Sum(string context, string continuation, int given)
    {
        var tokens = (context + continuation).Select(c => (int)c).ToArray();
        var scores = new double[tokens.Length - 1];
        model.Score(tokens.AsSpan(0, scores.Length), tokens.AsSpan(1), scores, new int[scores.Length]);
        return scores.Skip(given - 1).Sum();
    }
}
