using Composer.Architecture;
using Composer.Core;
using Composer.Language.Evaluation;
using Composer.Language.Tokenizers;
using Composer.Training.Engines;
using Composer.Training.Models;

namespace Composer.Language.Tests.Evaluation;

/// <summary>A question's scores are the same bits whatever is asked before it, with whatever threads, in whatever order.</summary>
public sealed class IndependentScoresTests
{
    private static readonly EvaluationTask Task = Questions(new Rng(new Seed(20)));
    private static readonly long[][] Expected = Score(Task, threads: 1);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Threads_change_no_bit(int threads) => Assert.Equal(Expected, Score(Task, threads));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_order_of_questions_changes_no_bit(int seed)
    {
        int[] order = [.. Enumerable.Range(0, Task.Questions.Count)];
        new Rng(new Seed((ulong)seed)).Shuffle<int>(order);
        var scores = Score(Task with { Questions = [.. order.Select(i => Task.Questions[i])] }, threads: 2);
        Assert.Equal(order.Select(i => Expected[i]), scores);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_limit_changes_no_bit_of_what_is_asked(int limit) =>
        Assert.Equal(Expected[..limit], Score(Task with { Questions = [.. Task.Questions.Take(limit)] }, threads: 1));

    /// <summary>Questions are scored one at a time; what else the model computes in batches between them leaves no trace.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Batches_of_other_work_between_questions_change_no_bit(int batch)
    {
        using var model = Create(threads: 2);
        var rng = new Rng(new Seed((ulong)batch));
        for (var i = 0; i < Task.Questions.Count; i++)
        {
            var tokens = Enumerable.Range(0, batch * 9).Select(_ => rng.NextInt(258)).ToArray();
            model.Evaluate(new TokenBatch(batch, 9, tokens, tokens));
            Assert.Equal(Expected[i], Bits(Result(model, Task with { Questions = [Task.Questions[i]] }, threads: 1))[0]);
        }
    }

    [Fact]
    public void A_bootstrapped_error_is_the_same_with_all_threads()
    {
        var lambada = Task with
        {
            Output = TaskOutput.LogLikelihood,
            Metrics = EvaluationMetrics.Of(TaskOutput.LogLikelihood),
            Questions = [.. Task.Questions.Select(q => new TaskQuestion(q.Contexts[0], [" " + q.Choices[0]], 0))],
        };
        using var model = Create(threads: 1);
        Assert.Single(new[] { 1, 2, 3, 8 }.Select(threads => Result(model, lambada, threads)[EvaluationMetric.Perplexity]).Distinct());
    }

    private static long[][] Score(EvaluationTask task, int threads)
    {
        using var model = Create(threads);
        return Bits(Result(model, task, threads));
    }

    private static HarnessResult Result(ITrainableModel model, EvaluationTask task, int threads) => LanguageModelEvaluator.Evaluate(
        model, new ByteTokenizer(), task, new HarnessSettings { KeepSamples = true, Threads = threads });

    private static long[][] Bits(HarnessResult result) =>
        [.. result.Samples.Select(s => s.Responses.Select(r => BitConverter.DoubleToInt64Bits(r.LogLikelihood)).ToArray())];

    private static ITrainableModel Create(int threads) => EngineRegistry.Get(EngineRegistry.Cpu).Create(
        new ModelConfiguration(LayerSequence.FromSymbols("AMWM"), new ModelShape(16, 2, 2, 24), 258, 60), new Seed(2), threads);

    private static EvaluationTask Questions(Rng rng) => new(
        "t",
        1,
        [.. Enumerable.Range(0, 9).Select(_ => new TaskQuestion(Text(1 + rng.NextInt(90)), [Text(1 + rng.NextInt(12)), Text(5), Text(20)], 0))],
        []);

    private static string Text(int length) => string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i * i * length % 26))));
}
