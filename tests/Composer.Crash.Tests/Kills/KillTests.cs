using Composer.Core.Faults;

namespace Composer.Crash.Tests.Kills;

/// <summary>
/// SIGKILL at every publishing point and at random moments, to the coordinator, an agent or both: the next run
/// ends as an undisturbed one does, no blob is partial, the store is clean, nothing finished is computed twice.
/// </summary>
[Collection(CrashExperiment.Collection)]
public class KillTests(CrashExperiment undisturbed, ITestOutputHelper output)
{
    /// <summary>Kills of one experiment before it is let run to its end.</summary>
    private const int Chain = 3;

    [Fact]
    public void Killed_at_every_publishing_point_it_ends_as_if_nothing_had_been()
    {
        var toll = new Toll();
        foreach (var chain in Faults().Chunk(Soak.IsOn ? Chain : int.MaxValue))
        {
            var experiment = new DisturbedExperiment(undisturbed, toll);
            try
            {
                foreach (var fault in chain)
                {
                    if (!experiment.Strike(fault))
                    {
                        // It came to its end before the point came that often: from the beginning it does.
                        experiment.Complete();
                        experiment.Dispose();
                        experiment = new DisturbedExperiment(undisturbed, toll);
                        Assert.True(experiment.Strike(fault), $"No run comes by {fault}.");
                    }
                }

                experiment.Complete();
            }
            finally
            {
                experiment.Dispose();
            }
        }

        Tell("kills-at-points", $"{Enum.GetValues<PublishingPoint>().Length} points: {toll}");
        Assert.Equal((0, 0), (toll.Lost, toll.Recomputed));
    }

    [Fact]
    public void Killed_at_random_moments_it_ends_as_if_nothing_had_been()
    {
        var wanted = Soak.IsOn ? 200 : 2;
        var seed = TestSeed.Of(20261122);
        var random = new Random(seed);
        var toll = new Toll();

        // What else the machine does makes runs shorter and longer: moments follow, so that most kills meet a run.
        var length = undisturbed.Length;
        while (toll.Tried < wanted)
        {
            using var experiment = new DisturbedExperiment(undisturbed, toll);
            for (var i = 0; i < Chain && toll.Tried < wanted; i++)
            {
                if (!experiment.Kill(length * random.NextDouble(), (KillTarget)random.Next(3)))
                {
                    length = experiment.LastRun;
                    break;
                }

                length *= 1.05;
            }

            experiment.Complete();
            Soak.Report("kills-at-random", $"seed {seed}, under way: {toll}");
        }

        Tell("kills-at-random", $"seed {seed}: {toll}");
        Assert.Equal((0, 0), (toll.Lost, toll.Recomputed));
    }

    /// <summary>
    /// Every point; at length also later times of passing it, and the other process beside or instead of the one that passes.
    /// </summary>
    private static IEnumerable<string> Faults()
    {
        foreach (var point in Enum.GetValues<PublishingPoint>())
        {
            var name = Fault.NameOf(point);
            yield return $"{name}:kill";
            if (Soak.IsOn && !IsOnce(point))
            {
                yield return $"{name}@3:kill";
            }

            if (Soak.IsOn && IsOfAgents(point))
            {
                yield return $"{name}:kill-both";
                yield return $"{name}:kill-parent";
            }
        }
    }

    private static bool IsOfAgents(PublishingPoint point) => point
        is PublishingPoint.JobBegun or PublishingPoint.CheckpointBegun or PublishingPoint.CheckpointWritten or PublishingPoint.CheckpointNamed
        or PublishingPoint.JobResultWritten or PublishingPoint.JobResultNamed;

    /// <summary>Points that a run comes by once.</summary>
    private static bool IsOnce(PublishingPoint point) => point
        is PublishingPoint.RunBegun or PublishingPoint.RunEnded or PublishingPoint.RunRecorded or PublishingPoint.RunWritten or PublishingPoint.RunNamed or PublishingPoint.ReportWritten or PublishingPoint.ReportNamed
        or PublishingPoint.BlobsHalfNamed or PublishingPoint.RecordsHalfNamed;

    private void Tell(string name, string text)
    {
        output.WriteLine(text);
        Soak.Report(name, text);
    }
}
