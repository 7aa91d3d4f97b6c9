using Composer.Core;
using Composer.Training.Cpu;
using Composer.Training.Models;
using Composer.Training.Reference;
using Composer.Training.Torch;
using Composer.Training.Torch.Tests;

namespace Composer.Training.Tests.Primitives.MixtureOfExperts;

public sealed class MixtureOfExpertsTorchTests(ITestOutputHelper output)
{
    private static readonly TorchEngine Engine = new(TorchDevice.Cpu);

    public static TheoryData<string, int, int, int, int, int> Shapes => MixtureOfExpertsModels.Shapes;

    [TorchTheory]
    [MemberData(nameof(Shapes))]
    public void Both_engines_agree(string layers, int dim, int experts, int active, int hidden, int length)
    {
        var configuration = MixtureOfExpertsModels.Configuration(layers, dim, experts, active, hidden, length);
        var (error, where) = PrimitiveChecks.Agreement(Engine, new CpuEngine(), configuration, 5);
        output.WriteLine($"{layers} {dim} {experts} {active} {hidden} {length}: {error:e1} at {where}");
        Assert.True(error < 1e-4, $"{where}: {error:e2}");
    }

    /// <summary>
    /// Each sequence's imbalance is its own: in micro-batches of one, and with every layer recomputed, the same is added to the
    /// same loss; a sequence of which no target counts adds nothing.
    /// </summary>
    [TorchTheory]
    [InlineData(1L << 30)]
    [InlineData(1L)]
    public void What_training_adds_does_not_depend_on_how_a_batch_is_cut(long activationBytes)
    {
        var configuration = MixtureOfExpertsModels.Configuration("EME", 24, 8, 2, 9, 31);
        var batch = TinyModels.Batch(configuration, new Rng(new Seed(3)), 6, 31);
        batch.Targets.AsSpan(2 * 31, 31).Fill(TokenBatch.Ignored);
        using var model = new TorchEngine(TorchDevice.Cpu) { ActivationBytes = activationBytes }.Create(configuration, new Seed(1), 2);
        TinyModels.Disturb(model, new Rng(new Seed(2)));
        using var comparison = new EngineComparison(model);
        var (error, where) = comparison.Gradients(batch);
        Assert.True(error < 2e-5, $"{where}: {error:e2}");
    }

    [TorchFact]
    public void Threads_never_change_a_bit()
    {
        var configuration = MixtureOfExpertsModels.Configuration("EME", 24, 8, 2, 33, 45);
        var states = ((int[])[1, 2]).Select(threads =>
        {
            using var model = Engine.Create(configuration, new Seed(1), threads);
            TorchModels.Losses(model, TorchModels.Batches(configuration, 5, 2));
            return TorchModels.State(model);
        }).ToList();
        Assert.Equal(states[0], states[1]);
    }

    [TorchFact]
    public void Checkpoint_holds_it()
    {
        var path = Path.GetTempFileName();
        try
        {
            Assert.True(PrimitiveChecks.SurvivesCheckpoint(
                Engine, MixtureOfExpertsModels.Configuration("AEM", 24, 3, 2, 19, 21), path));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
