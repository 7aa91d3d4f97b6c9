using Composer.Core;
using Composer.Training.Checkpoints;
using Composer.Training.Models;
using Composer.Training.Optimization;

namespace Composer.Training.Reference;

/// <summary>What holds of any primitive on any engine, asked of a model that has it: how far it is from holding.</summary>
public static class PrimitiveChecks
{
    /// <summary>The slope of the loss along each tensor's gradient against the gradient's length, by central differences.</summary>
    /// <returns>The worst |slope − length| / (length + 0.03), and of which tensor; gradients below 10⁻⁴ are left out.</returns>
    public static (double Error, string Where) FiniteDifferences(ITrainableModel model, TokenBatch batch)
    {
        var gradients = Gradients(model, batch);
        var worst = (Error: 0.0, Where: "");
        for (var i = 0; i < gradients.Count; i++)
        {
            var (index, own) = (i, gradients[i]);
            var original = new float[own.Length];
            model.Read(i, StateSlot.Parameter, original);
            var norm = Math.Sqrt(own.Sum(g => (double)g * g));
            if (norm < 1e-4)
            {
                continue;
            }

            double LossAt(double along)
            {
                model.Write(index, StateSlot.Parameter, [.. original.Zip(own, (p, g) => (float)(p + (along * g / norm)))]);
                return model.Evaluate(batch).MeanLoss;
            }

            var step = Math.Min(0.005, 0.005 / norm);
            var error = Math.Abs(((LossAt(step) - LossAt(-step)) / (2 * step)) - norm) / (norm + 0.03);
            model.Write(i, StateSlot.Parameter, original);
            worst = error > worst.Error ? (error, model.Parameters[i].Name) : worst;
        }

        return worst;
    }

    /// <summary>Several sequences side by side, each with a prompt of its own length and then steps, twice, against Score.</summary>
    /// <returns>The worst |log-probability − Score's| / max(1, |Score's|).</returns>
    public static double Decoding(ITrainableModel model, TokenBatch batch)
    {
        var (length, vocabulary, worst) = (batch.Length, model.Configuration.Vocabulary, 0.0);
        var expected = new double[batch.Inputs.Length];
        var next = Enumerable.Range(0, batch.Inputs.Length).Select(i => (7 * i) % vocabulary).ToArray();
        for (var s = 0; s < batch.Sequences; s++)
        {
            var own = (s * length)..((s + 1) * length);
            model.Score(batch.Inputs.AsSpan()[own], next.AsSpan()[own], expected.AsSpan()[own], new int[length]);
        }

        using var decoder = model.CreateBatchDecoder(length, batch.Sequences);
        var logits = new float[batch.Sequences * vocabulary];
        void Compare(int s)
        {
            var row = logits.AsSpan(s * vocabulary, vocabulary);
            var at = (s * length) + decoder.PositionOf(s) - 1;
            var (maximum, sum) = ((double)Greatest(row), 0.0);
            foreach (var logit in row)
            {
                sum += Math.Exp(logit - maximum);
            }

            worst = Math.Max(worst, Math.Abs(row[next[at]] - maximum - Math.Log(sum) - expected[at]) / Math.Max(1, -expected[at]));
        }

        for (var round = 0; round < 2; round++)
        {
            decoder.Reset();
            for (var s = 0; s < batch.Sequences; s++)
            {
                var prompt = Math.Max(1, (length * 2 / 3) - (5 * s));
                decoder.Append(s, batch.Inputs.AsSpan(s * length, prompt), logits.AsSpan(s * vocabulary, vocabulary));
                Compare(s);
            }

            while (decoder.PositionOf(0) < length)
            {
                var tokens = Enumerable.Range(0, batch.Sequences).Select(s => batch.Inputs[(s * length) + decoder.PositionOf(s)]);
                decoder.Step([.. tokens], logits);
                for (var s = 0; s < batch.Sequences; s++)
                {
                    Compare(s);
                }
            }
        }

        return worst;
    }

    /// <summary>Two engines from one state: the worst difference of a gradient, of five steps' losses, of what decoders say.</summary>
    /// <returns>Of a tensor max |a − b| / (max |b| + 10⁻² · the greatest max |b| of all); of a loss |a − b| / |b|.</returns>
    public static (double Error, string Where) Agreement(
        ITrainingEngine one, ITrainingEngine other, ModelConfiguration configuration, ulong seed)
    {
        using var a = one.Create(configuration, new Seed(seed), 2);
        using var b = other.Create(configuration, new Seed(seed), 1);
        var rng = new Rng(new Seed(seed));
        TinyModels.Disturb(a, rng);
        TinyModels.CopyState(a, b);
        var batch = TinyModels.Batch(configuration, rng, 3, configuration.MaximumLength);
        var (actual, expected) = (Gradients(a, batch), Gradients(b, batch));
        var floor = 1e-2 * expected.Max(gradient => gradient.Max(Math.Abs));
        var worst = (Error: Math.Max(Decoding(a, batch), Decoding(b, batch)), Where: "decoding");
        for (var i = 0; i < actual.Count; i++)
        {
            var error = actual[i].Zip(expected[i], (x, y) => Math.Abs((double)x - y)).Max() / (expected[i].Max(Math.Abs) + floor);
            worst = error > worst.Error || double.IsNaN(error) ? (error, a.Parameters[i].Name) : worst;
        }

        for (var step = 1; step <= 5; step++)
        {
            var settings = new AdamWSettings(1e-3, 0.1, ClipNorm: 1);
            var (x, y) = (a.TrainStep(batch, settings).Loss, b.TrainStep(batch, settings).Loss);
            var error = Math.Abs(x - y) / y;
            worst = error > worst.Error || double.IsNaN(error) ? (error, $"loss of step {step}") : worst;
        }

        return worst;
    }

    /// <summary>Whether a full checkpoint comes back with the same configuration and bytes, and trains on alike.</summary>
    public static bool SurvivesCheckpoint(ITrainingEngine engine, ModelConfiguration configuration, string path)
    {
        var batch = TinyModels.Batch(configuration, new Rng(new Seed(3)), 2, configuration.MaximumLength);
        var settings = new AdamWSettings(1e-2, 0.1, ClipNorm: 1);
        using var model = engine.Create(configuration, new Seed(2), 1);
        model.TrainStep(batch, settings);
        using (var written = File.Create(path))
        {
            ModelCheckpoint.Save(model, CheckpointContent.Full, written);
        }

        using var file = File.OpenRead(path);
        var checkpoint = ModelCheckpoint.Open(file);
        using var copy = checkpoint.Load(engine, 1);
        using var again = new MemoryStream();
        ModelCheckpoint.Save(copy, CheckpointContent.Full, again);
        return checkpoint.Configuration == model.Configuration
            && again.ToArray().AsSpan().SequenceEqual(File.ReadAllBytes(path))
            && model.TrainStep(batch, settings) == copy.TrainStep(batch, settings);
    }

    private static float Greatest(ReadOnlySpan<float> values)
    {
        var greatest = float.NegativeInfinity;
        foreach (var value in values)
        {
            greatest = Math.Max(greatest, value);
        }

        return greatest;
    }

    private static List<float[]> Gradients(ITrainableModel model, TokenBatch batch)
    {
        var gradients = model.Parameters.Select(parameter => new float[parameter.Count]).ToList();
        model.ComputeGradients(batch, gradients);
        return gradients;
    }
}
