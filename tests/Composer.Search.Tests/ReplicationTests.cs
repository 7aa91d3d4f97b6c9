using Composer.Core;
using Composer.Search.Strategies;
using Composer.Search.Surrogates;

namespace Composer.Search.Tests;

public class ReplicationTests
{
    private static readonly SearchSpace Space = new(4, "AM");

    [Fact]
    public void Best_are_wanted_again_and_their_scores_are_means()
    {
        var study = new ExhaustiveSearch().Run(
            new Study(Space, new Seed(1)), 16, order => order.CountOf('A') + (.01 * order.ToString().IndexOf('M')));
        var wanted = new Replication { Top = 3, Seeds = 3 }.Wanted(study.Completed);
        Assert.Equal(study.Completed.OrderBy(t => t.Score).Take(3), wanted);
        var score = wanted[0].Score!.Value;
        study = study.Replicate(wanted[0].Number, [score + 1, score + 2]);
        var trial = study.Trials[wanted[0].Number];
        Assert.Equal((score + 1, 3, 1), (trial.Score!.Value, trial.Runs, Math.Round(trial.Variance, 12)));
        Assert.Throws<ArgumentException>(() => study.Replicate(trial.Number, [1]));
        Assert.Equal(study.Trials, new Study(Space, new Seed(1), study.Trials).Trials);
    }

    /// <summary>(2·1 + 1·4)/3 = 2.</summary>
    [Fact]
    public void Noise_is_pooled_by_degrees_of_freedom()
    {
        Trial[] trials =
        [
            Trial(0) with { Score = 1, Runs = 3, Variance = 1 },
            Trial(1) with { Score = 2, Runs = 2, Variance = 4 },
            Trial(2) with { Score = 3 },
        ];
        Assert.Equal(2, Replication.PooledVariance(trials)!.Value, 1e-12);
        Assert.Null(Replication.PooledVariance(trials[2..]));
        var observed = new ObservedScores(Space, new Seed(1), trials);
        Assert.Equal(2, observed.PooledNoise!.Value, 1e-12);
        Assert.Equal(2.0 / 3, observed.Noise.At(0, 77), 1e-12);

        static Trial Trial(int number) => new(number, Space.At(number), TrialStatus.Complete, 0);
    }

    [Fact]
    public void Stopped_trials_teach_the_surrogate_with_their_own_uncertainty_and_are_no_result()
    {
        var study = new RandomSearch(6).Run(new Study(Space, new Seed(5)), 6, order => order.CountOf('A'));
        study = study.Propose(new ExhaustiveSearch().Suggest(study, 1));
        study = study.Stop(6, prediction: 9, variance: .5);
        Assert.Equal(TrialStatus.Stopped, study.Trials[6].Status);
        Assert.DoesNotContain(study.Trials[6], study.Completed);
        Assert.Contains(study.Trials[6], study.Learned);
        var observed = new ObservedScores(Space, new Seed(1), study.Learned);
        Assert.Equal(.5 / (observed.Deviation * observed.Deviation), observed.Noise.At(6, 3), 1e-12);
        Assert.Equal(study.Trials, new Study(Space, new Seed(5), study.Trials).Trials);
    }

    [Fact]
    public void Certain_scores_pull_the_posterior_more_than_uncertain_ones()
    {
        var encoding = new InputEncoding(Space, KernelKind.Isotropic);
        double Mean(double variance)
        {
            var process = new GaussianProcess(
                encoding, [0, Math.Log(.1)], [[0, 0, 0, 0], [1, 1, 1, 1]], [-1, 1], new ObservationNoise([1, 1], [variance, 0]));
            var mean = new double[1];
            process.PredictMean([[0, 0, 0, 0]], mean);
            return mean[0];
        }

        Assert.True(Mean(0) < Mean(1) && Mean(1) < Mean(10));
    }
}
