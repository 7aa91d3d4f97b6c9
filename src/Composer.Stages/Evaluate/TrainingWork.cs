using Composer.Architecture.Costs;
using Composer.Mad.Tasks;
using Composer.Pipeline.Estimates;
using Composer.Training.Engines;

namespace Composer.Stages.Evaluate;

/// <summary>What the training of a small candidate costs, by its shape, samples and epochs.</summary>
internal static class TrainingWork
{
    /// <summary>A forward pass against a training step.</summary>
    private const double TestShare = 1.0 / 3;

    /// <summary>Null where the corpus tells, which nobody has read.</summary>
    public static Work? Of(EvaluateInputs inputs)
    {
        if (inputs.Mad is not { } mad)
        {
            return null;
        }

        var (task, settings) = (MadTasks.Get(mad.Task), mad.Settings);
        var length = task.InputLength(mad.Difficulty);
        var costs = ArchitectureCosts.Of(inputs.Candidate, inputs.Model, mad.Difficulty.Vocabulary);
        var flops = (double)costs.TrainingFlopsPerToken(length);
        var tests = Enumerable.Range(1, settings.LastEpoch).Count(settings.TestsAfter);
        var samples = ((double)settings.LastEpoch * settings.Samples) + (TestShare * tests * settings.TestSamples);
        var longer = settings.TestedMultiples.Select(mad.Difficulty.Longer).Select(task.InputLength)
            .Sum(positions => (double)positions * costs.TrainingFlopsPerToken(positions) * TestShare * settings.TestSamples);
        return new Work(KindNames.Evaluate, EngineRegistry.Cpu, (flops * length * samples) + longer, Work.Flops, flops);
    }
}
