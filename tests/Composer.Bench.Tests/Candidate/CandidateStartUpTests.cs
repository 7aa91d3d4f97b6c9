using Composer.Architecture;
using Composer.Bench.Candidate;
using Composer.Core;
using Composer.Mad.Evaluation;
using Composer.Mad.Tasks;
using Composer.Training.Engines;

namespace Composer.Bench.Tests.Candidate;

public class CandidateStartUpTests
{
    [Fact]
    public void Updates_of_a_candidate_allocate_nothing_once_it_runs()
    {
        foreach (var task in MadTasks.All)
        {
            // What the runtime does once, such as to compile a loop again, falls into one of the rounds at most.
            CandidateStartUp[] rounds =
                [.. Enumerable.Range(0, 3).Select(_ => CandidateStartUp.Measure(Evaluation(task, 24), EngineRegistry.Get("cpu")))];
            Assert.All(rounds, round => Assert.Equal(task.Name, round.Task));
            Assert.All(rounds, round => Assert.True(round.UpdateMilliseconds > 0));
            Assert.Equal(0, rounds.Min(round => round.BytesAllocated));
        }
    }

    /// <summary>Two updates are there: the evaluation ends by itself before the clock has had enough.</summary>
    [Fact]
    public void Short_evaluation_is_measured_and_one_without_a_second_update_refused()
    {
        var task = MadTasks.All[0];
        Assert.True(CandidateStartUp.Measure(Evaluation(task, 8), EngineRegistry.Get("cpu")).UpdateMilliseconds > 0);
        Assert.Throws<ArgumentException>(() => CandidateStartUp.Measure(Evaluation(task, 4), EngineRegistry.Get("cpu")));
    }

    private static CandidateEvaluation Evaluation(MadTask task, int samples) => new(
        LayerSequence.Parse("1A+1M"),
        new ModelShape(Dim: 16, Heads: 2, KvHeads: 1, Hidden: 24),
        task,
        task.Default,
        new EvaluationSettings { Samples = samples, TestSamples = 4, Batch = 4, Epochs = 1 },
        new Seed(3));
}
