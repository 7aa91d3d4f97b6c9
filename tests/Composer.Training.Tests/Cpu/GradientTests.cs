using Composer.Core;
using Composer.Training.Cpu;
using Composer.Training.Kernels;
using Composer.Training.Models;
using Composer.Training.Tests.Models;

namespace Composer.Training.Tests.Cpu;

public sealed class GradientTests
{
    public static TheoryData<string, int, int, int, int, int, int, ModelHead> Shapes => new()
    {
        { "AM", 16, 2, 1, 24, 11, 7, ModelHead.Language },
        { "AMA", 24, 3, 3, 20, 33, 16, ModelHead.Language },
        { "AM", 24, 3, 1, 17, 5, 21, ModelHead.Language },
        { "MA", 12, 6, 2, 5, 3, 19, ModelHead.Language },
        { "A", 12, 3, 1, 8, 17, 18, ModelHead.Language },
        { "A", 12, 2, 2, 8, 17, 18, ModelHead.Language },
        { "AM", 20, 2, 1, 8, 40, 37, ModelHead.Language },
        { "AM", 64, 4, 2, 40, 9, 50, ModelHead.Language },
        { "AA", 96, 4, 2, 16, 70, 33, ModelHead.Language },
        { "AM", 128, 2, 1, 16, 7, 65, ModelHead.Language },
        { "AM", 128, 16, 4, 172, 16, 61, ModelHead.Language },
        { "AM", 16, 2, 2, 24, 11, 8, ModelHead.Compression },
        { "MA", 10, 1, 1, 7, 6, 9, ModelHead.Compression },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradient_predicts_the_loss_along_random_directions(
        string layers, int dim, int heads, int kvHeads, int hidden, int vocabulary, int length, ModelHead head)
    {
        var configuration = Batches.Configuration(layers, dim, heads, kvHeads, hidden, vocabulary, length, head);
        using var model = new CpuEngine().Create(configuration, new Seed(1), 1);
        Batches.Spread(model, 2);
        var batch = Batches.Random(3, length, vocabulary, 3);
        var gradients = Batches.Gradients(model, batch, out _);

        // One parameter tensor at a time, along its own gradient's sign pattern.
        for (var i = 0; i < gradients.Length; i++)
        {
            var original = new float[gradients[i].Length];
            model.Read(i, StateSlot.Parameter, original);
            var norm = Math.Sqrt(gradients[i].Sum(g => (double)g * g));
            if (norm < 1e-4)
            {
                continue;
            }

            var step = Math.Min(0.005, 0.005 / norm);
            double LossAt(double along)
            {
                model.Write(i, StateSlot.Parameter, [.. original.Zip(gradients[i], (p, g) => (float)(p + (along * g / norm)))]);
                return model.Evaluate(batch).MeanLoss;
            }

            var slope = (LossAt(step) - LossAt(-step)) / (2 * step);
            model.Write(i, StateSlot.Parameter, original);
            Assert.True(
                Math.Abs(slope - norm) < (0.01 * norm) + 3e-4,
                $"{model.Parameters[i].Name}: gradient {norm}, finite difference {slope}");
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Tiers_agree(
        string layers, int dim, int heads, int kvHeads, int hidden, int vocabulary, int length, ModelHead head)
    {
        var configuration = Batches.Configuration(layers, dim, heads, kvHeads, hidden, vocabulary, length, head);
        var batch = Batches.Random(3, length, vocabulary, 3);
        float[][]? expected = null;
        for (var tier = InstructionSetTier.Scalar; tier <= InstructionSet.Tier; tier++)
        {
            using var model = new CpuEngine(InstructionSet.For(tier)).Create(configuration, new Seed(1), 1);
            Batches.Spread(model, 2);
            var gradients = Batches.Gradients(model, batch, out _);
            expected ??= gradients;
            for (var i = 0; i < gradients.Length; i++)
            {
                var scale = expected[i].Max(MathF.Abs) + 1e-6f;
                var error = gradients[i].Zip(expected[i], (a, b) => MathF.Abs(a - b)).Max() / scale;
                Assert.True(error < 3e-5f, $"{tier} {model.Parameters[i].Name}: {error}");
            }
        }
    }

    [Theory]
    [InlineData(23)] // shards of one size
    [InlineData(97)] // the last ones smaller
    public void Threads_never_change_a_bit(int sequences)
    {
        var configuration = Batches.Configuration("AMAM", 48, 6, 2, 40, 21, 24);
        var batch = Batches.Random(sequences, 24, 21, 3);
        float[][]? expected = null;
        foreach (var threads in (int[])[1, 2, 3, 5])
        {
            using var model = new CpuEngine().Create(configuration, new Seed(1), threads);
            var settings = new Composer.Training.Optimization.AdamWSettings(1e-2, 0.1, ClipNorm: 1);
            var losses = Enumerable.Range(0, 4).Select(_ => model.TrainStep(batch, settings)).ToList();
            var state = model.Parameters.Select((parameter, i) =>
            {
                var values = new float[parameter.Count];
                model.Read(i, StateSlot.Parameter, values);
                return values;
            }).Append([.. losses.Select(loss => (float)loss.Loss), .. losses.Select(loss => (float)loss.GradientNorm)]).ToArray();
            expected ??= state;
            Assert.Equal(expected, state);
        }
    }
}
