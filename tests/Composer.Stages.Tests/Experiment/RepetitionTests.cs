using Composer.Core;
using Composer.Pipeline.Jobs;
using Composer.Stages.Efficiency;
using Composer.Stages.Experiment;
using Composer.Stages.Pretrain;
using Composer.Stages.Tests.Keys;

namespace Composer.Stages.Tests.Experiment;

/// <summary>Several trainings of each model: what they are called, what they share and what is another in each.</summary>
public sealed class RepetitionTests : IDisposable
{
    private static readonly string[] Models = ["composite", "llama"];
    private readonly KeyedExperiment experiment = new();

    public void Dispose() => experiment.Dispose();

    [Fact]
    public void Further_trainings_have_numbers_and_come_number_by_number_behind_the_first_of_all_models()
    {
        var names = Jobs(3).Keys.Where(n => n.Split('/')[0] is "pretrain" or "lm-eval");

        Assert.Equal(
            [
                "pretrain/composite", "lm-eval/composite", "pretrain/llama", "lm-eval/llama",
                "pretrain/composite/1", "lm-eval/composite/1", "pretrain/llama/1", "lm-eval/llama/1",
                "pretrain/composite/2", "lm-eval/composite/2", "pretrain/llama/2", "lm-eval/llama/2",
            ],
            names);
    }

    /// <summary>The first is what there is without repetitions: its key, and the seed in it, are the same.</summary>
    [Fact]
    public void More_trainings_change_no_key_of_those_that_there_were()
    {
        var (once, often, more) = (Jobs(1), Jobs(3), Jobs(4));

        Assert.All(once.Where(j => j.Key != "report"), j => Assert.Equal(j.Value.Preimage.Key, often[j.Key].Preimage.Key));
        Assert.All(often.Where(j => j.Key != "report"), j => Assert.Equal(j.Value.Preimage.Key, more[j.Key].Preimage.Key));
        Assert.All(Models, m => Assert.Equal(new Seed(17), Inputs(once, $"pretrain/{m}").Seed));
    }

    [Fact]
    public void Trainings_of_one_number_share_their_seed_and_all_of_them_the_corpus()
    {
        var jobs = Jobs(4);
        foreach (var number in new[] { "", "/1", "/2", "/3" })
        {
            var pair = Models.Select(m => Inputs(jobs, $"pretrain/{m}{number}")).ToArray();
            Assert.Equal(pair[0].Seed, pair[1].Seed);
            Assert.NotEqual(pair[0].Input.Architecture, pair[1].Input.Architecture);
        }

        var trainings = jobs.Keys.Where(n => n.StartsWith("pretrain/composite", StringComparison.Ordinal))
            .Select(n => Inputs(jobs, n)).ToArray();
        Assert.Equal(4, trainings.Select(t => t.Seed).Distinct().Count());
        Assert.Single(trainings.Select(t => t.Input).Distinct());
        Assert.Single(trainings.Select(t => t.Pretrain).Distinct());
    }

    [Fact]
    public void Of_repetitions_the_first_alone_is_timed() =>
        Assert.Equal(Jobs(1)["efficiency"].Preimage.Key, Jobs(3)["efficiency"].Preimage.Key);

    /// <summary>What came trained decodes in turns with the others; 7 billion parameters would not fit beside their moments.</summary>
    [Fact]
    public void Training_is_timed_of_the_models_that_are_trained_here_by_their_places_and_of_no_other()
    {
        var inputs = (EfficiencyInputs)Jobs(2)["efficiency"].Inputs;

        Assert.Equal(new TimedStep(BatchTokens: 4096, Length: 256), inputs.Pretrain);
        Assert.Equal(16, inputs.Pretrain!.Sequences);
        Assert.Equal([0, 1], inputs.Input.Trained);
        Assert.Equal(2, inputs.Input.Models.Count);
    }

    /// <summary>A training that failed takes its own number out of the pairs, and the row of its model only with all others.</summary>
    [Theory]
    [InlineData("", "0 1 2", "0 1 2")]
    [InlineData("pretrain/llama", "0 1 2", "1 2")]
    [InlineData("pretrain/llama/1", "0 1 2", "0 2")]
    [InlineData("pretrain/composite pretrain/llama/2", "1 2", "0 1")]
    [InlineData("pretrain/llama pretrain/llama/1 pretrain/llama/2", "0 1 2", "")]
    public void A_missing_training_leaves_the_others_with_their_numbers(string missing, string composite, string llama)
    {
        string[] others = ["search", "aggregate", "efficiency"];
        var content = experiment.ContentOf(
            KeyedExperiment.Load(KeyedExperiment.Manifest, "pretrain.repetitions=3"),
            stage => others.Concat(missing.Split(' ')).Contains(stage) || stage.StartsWith("lm-eval", StringComparison.Ordinal));

        Assert.Equal((composite, llama), (NumbersOf("composite"), NumbersOf("llama")));

        string NumbersOf(string model) => string.Join(
            ' ', content.Points[0].Models.FirstOrDefault(m => m.Name == model)?.Runs.Select(r => r.Repetition) ?? []);
    }

    [Theory]
    [InlineData("pretrain/llama", "llama", 0)]
    [InlineData("pretrain/llama/12", "llama", 12)]
    [InlineData("seed=17, pretrain.corpus=a/b/pretrain/llama/2", "llama", 2)]
    [InlineData("pretrain/1", "1", 0)]
    [InlineData("pretrain/1/1", "1", 1)]
    [InlineData("pretrain/llama/1", "lama", null)]
    [InlineData("pretrain/llama/x", "llama", null)]
    [InlineData("pretrain/llama/-1", "llama", null)]
    [InlineData("lm-eval/llama/1", "llama", null)]
    public void The_number_of_a_training_is_read_from_its_stage_s_name(string stage, string model, int? expected) =>
        Assert.Equal(expected, StageNames.RepetitionOf(stage, "pretrain", model));

    private static PretrainInputs Inputs(Dictionary<string, KeyedJob> jobs, string stage) => (PretrainInputs)jobs[stage].Inputs;

    /// <summary>By stage, in the order of the graph.</summary>
    private Dictionary<string, KeyedJob> Jobs(int repetitions) => experiment
        .JobsOf(KeyedExperiment.Load(KeyedExperiment.Manifest, $"pretrain.repetitions={repetitions}"))
        .ToDictionary(j => j.Stage.Name, j => j.Job, StringComparer.Ordinal);
}
