using Composer.Core;
using Composer.Training.Kernels;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Reference;

namespace Composer.Training.Tests.Gradients;

/// <summary>
/// The CPU engine against the oracle, which shares no code with it; see <see cref="EngineComparison"/> for the norms.
/// </summary>
public class CpuParityTests(ITestOutputHelper output)
{
    private const double GradientTolerance = 1e-4;
    private const double InferenceTolerance = 1e-5;

    public static TheoryData<InstructionSetTier> Tiers => [.. InstructionSetTiers.Available];

    public static TheoryData<InstructionSetTier, ModelConfiguration> Shapes
    {
        get
        {
            ModelConfiguration[] shapes =
            [
                TinyModels.Configuration("A", 2, 1, 1, 2, 2, 1),
                TinyModels.Configuration("M", 2, 1, 1, 2, 2, 1),
                TinyModels.Configuration("A", 24, 3, 1, 5, 3, 17),
                TinyModels.Configuration("A", 30, 5, 5, 7, 11, 33),
                TinyModels.Configuration("A", 36, 6, 2, 7, 65, 15),
                TinyModels.Configuration("M", 34, 1, 1, 63, 33, 9),
                TinyModels.Configuration("M", 12, 2, 1, 129, 31, 7),
                TinyModels.Configuration("AM", 66, 3, 3, 33, 97, 31),
                TinyModels.Configuration("MAAMA", 40, 4, 2, 45, 19, 16),
                TinyModels.Configuration("AM", 24, 3, 1, 5, 7, 19, ModelHead.Compression),
                TinyModels.Configuration("M", 2, 1, 1, 3, 2, 1, ModelHead.Compression),
            ];
            var data = new TheoryData<InstructionSetTier, ModelConfiguration>();
            foreach (var tier in InstructionSetTiers.Available)
            {
                foreach (var shape in shapes)
                {
                    data.Add(tier, shape);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Layers_and_heads_agree_with_the_oracle(InstructionSetTier tier, ModelConfiguration configuration)
    {
        var (gradients, inference) = Differences(tier, configuration, new Rng(new Seed(1)));
        output.WriteLine($"gradients {gradients.Error:e2} at {gradients.Where}, inference {inference:e2}");
        Assert.True(gradients.Error < GradientTolerance, $"gradient of {gradients.Where}: {gradients.Error:e2}");
        Assert.True(inference < InferenceTolerance, $"inference: {inference:e2}");
    }

    [Theory]
    [MemberData(nameof(Tiers))]
    public void Models_of_random_shapes_agree_with_the_oracle(InstructionSetTier tier)
    {
        var (worstGradient, worstInference) = (0.0, 0.0);
        for (var seed = 0UL; seed < 12; seed++)
        {
            var rng = new Rng(new Seed(seed));
            var configuration = TinyModels.Random(rng);
            var (gradients, inference) = Differences(tier, configuration, rng);
            Assert.True(
                gradients.Error < GradientTolerance, $"seed {seed}, {configuration}: gradient of {gradients.Where}: {gradients.Error:e2}");
            Assert.True(inference < InferenceTolerance, $"seed {seed}, {configuration}: inference: {inference:e2}");
            (worstGradient, worstInference) = (Math.Max(worstGradient, gradients.Error), Math.Max(worstInference, inference));
        }

        output.WriteLine($"{tier}: worst gradient {worstGradient:e2}, worst inference {worstInference:e2}");
    }

    [Theory]
    [MemberData(nameof(Tiers))]
    public void The_papers_small_model_agrees_with_the_oracle(InstructionSetTier tier)
    {
        var configuration = TinyModels.Configuration("AM", 128, 16, 16, 172, 32, 63);
        var (gradients, inference) = Differences(tier, configuration, new Rng(new Seed(2)), sequences: 1);
        Assert.True(gradients.Error < GradientTolerance, $"gradient of {gradients.Where}: {gradients.Error:e2}");
        Assert.True(inference < InferenceTolerance, $"inference: {inference:e2}");
    }

    [Theory]
    [MemberData(nameof(Tiers))]
    public void Training_follows_the_oracles_curve(InstructionSetTier tier)
    {
        foreach (var (head, rules) in Enum.GetValues<ModelHead>().SelectMany(head => TinyModels.Parametrizations.Select(rules => (head, rules))))
        {
            var configuration = TinyModels.Configuration("AMAM", 18, 3, 1, 21, 13, 11, head) with { Parametrization = rules };
            using var model = InstructionSetTiers.Engine(tier).Create(configuration, new Seed(2), threads: 2);
            using var comparison = new EngineComparison(model);
            var rng = new Rng(new Seed(3));

            // At length 1 the gradients of q and k are rounding alone, which AdamW makes whole steps of.
            var batches = Enumerable.Range(0, 50).Select(step => TinyModels.Batch(configuration, rng, 3, 2 + (step % 10)));

            var worst = comparison.Training(batches, new AdamWSettings(rules.Rates == RateRule.FanIn ? 3e-4 : 3e-3, 0.1, ClipNorm: 1));

            output.WriteLine($"{tier}, {head}, {rules}: worst loss difference over 50 steps {worst:e2}");
            Assert.True(worst < 1e-4, $"{head}, {rules}: worst loss difference {worst:e2}");
        }
    }

    [Theory]
    [MemberData(nameof(Tiers))]
    public void Scaled_rotations_and_an_output_projection_of_its_own_agree_with_the_oracle(InstructionSetTier tier)
    {
        var configuration = TinyModels.Llama3Like();
        var (gradients, inference) = Differences(tier, configuration, new Rng(new Seed(8)));
        Assert.True(gradients.Error < GradientTolerance, $"gradient of {gradients.Where}: {gradients.Error:e2}");
        Assert.True(inference < InferenceTolerance, $"inference: {inference:e2}");
    }

    private static ((double Error, string Where) Gradients, double Inference) Differences(
        InstructionSetTier tier, ModelConfiguration configuration, Rng rng, int sequences = 3)
    {
        using var model = InstructionSetTiers.Engine(tier).Create(configuration, new Seed(6), threads: 2);
        TinyModels.Disturb(model, rng);
        using var comparison = new EngineComparison(model);
        var longest = comparison.Gradients(TinyModels.Batch(configuration, rng, sequences, configuration.MaximumLength));

        // A shorter batch after a longer one finds what the longer one left behind.
        var shorter = TinyModels.Batch(configuration, rng, sequences, rng.NextInt(1, configuration.MaximumLength + 1));
        var after = comparison.Gradients(shorter);
        var batch = TinyModels.Batch(configuration, rng, sequences, configuration.MaximumLength);
        return (longest.Error > after.Error ? longest : after, comparison.Inference(batch));
    }
}
