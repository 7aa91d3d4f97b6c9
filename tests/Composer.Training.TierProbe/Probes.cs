using System.Diagnostics;
using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Core;
using Composer.Training.Cpu;
using Composer.Training.Kernels;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Parameters;
using Composer.Training.Reference;

namespace Composer.Training.TierProbe;

/// <summary>What a process whose instruction set was restricted is asked; each answers with numbers.</summary>
internal static class Probes
{
    private const int TrainSteps = 300;

    /// <summary>How far the engine is from the oracle: gradients, inference.</summary>
    public static IEnumerable<double> Oracle(CpuEngine engine)
    {
        ModelConfiguration[] shapes =
        [
            TinyModels.Configuration("AM", 24, 3, 1, 5, 3, 17),
            TinyModels.Configuration("MA", 40, 2, 1, 33, 37, 35),
            TinyModels.Configuration("AM", 64, 2, 2, 20, 19, 16, ModelHead.Compression),
        ];
        var (gradients, inference) = (0.0, 0.0);
        foreach (var shape in shapes)
        {
            var rng = new Rng(new Seed(1));
            using var model = engine.Create(shape, new Seed(2), threads: 2);
            TinyModels.Disturb(model, rng);
            using var comparison = new EngineComparison(model);
            var batch = TinyModels.Batch(shape, rng, 3, shape.MaximumLength);
            gradients = Math.Max(gradients, comparison.Gradients(batch).Error);
            inference = Math.Max(inference, comparison.Inference(batch));
        }

        return [gradients, inference];
    }

    /// <summary>The losses of a run that learns: most tokens follow from the one before, some are noise.</summary>
    public static IEnumerable<double> Train(CpuEngine engine)
    {
        var configuration = TinyModels.Configuration("AMAM", 36, 6, 2, 45, 21, 19);
        using var model = engine.Create(configuration, new Seed(3), threads: 2);
        var settings = new AdamWSettings(3e-3, 0.1, ClipNorm: 1);
        for (var step = 0; step < TrainSteps; step++)
        {
            yield return model.TrainStep(Successors(configuration, new Rng(new Seed(4).Derive("step", step))), settings).Loss;
        }
    }

    /// <summary>Trains, evaluates and decodes random shapes with every block of the engine between guard pages.</summary>
    /// <returns>How many models there were.</returns>
    public static IEnumerable<double> Guarded(bool flushWithEnd)
    {
        const int Models = 10;
        if (GuardPages.AreSupported)
        {
            AlignedArena.Isolate = bytes => GuardPages.Allocate(bytes, flushWithEnd);
        }

        foreach (var tier in Enum.GetValues<InstructionSetTier>().Where(tier => tier <= InstructionSet.Tier))
        {
            for (var seed = 0UL; seed < Models; seed++)
            {
                var rng = new Rng(new Seed(seed));
                Exercise(new CpuEngine(InstructionSet.For(tier)), TinyModels.Random(rng), rng);
            }

            Exercise(
                new CpuEngine(InstructionSet.For(tier)),
                TinyModels.Configuration("AM", 128, 16, 16, 172, 33, 63),
                new Rng(new Seed(Models)));
            Exercise(new CpuEngine(InstructionSet.For(tier)), OfAllPrimitives(), new Rng(new Seed(Models + 1)));
        }

        return [Models + 2];
    }

    /// <summary>Whatever primitives there are, one layer each, small as in a search.</summary>
    private static ModelConfiguration OfAllPrimitives()
    {
        var symbols = string.Concat(PrimitiveRegistry.Default.All.Select(primitive => primitive.Symbol));
        return TinyModels.Configuration(symbols, 48, 3, 1, 53, 11, 45) with
        {
            Shape = new ModelShape(48, 3, 1, 53).CompletedFor(symbols, OptionDefaults.InSearch),
        };
    }

    /// <summary>Milliseconds that a candidate takes until its first step is done, the first of the process in front.</summary>
    public static IEnumerable<double> Startup(CpuEngine engine)
    {
        const int Candidates = 12;
        var configuration = TinyModels.Configuration("AAMMMM", 128, 16, 16, 172, 64, 128);
        var rng = new Rng(new Seed(1));
        var batch = TinyModels.Batch(configuration, rng, 1, configuration.MaximumLength);
        for (var i = 0; i < Candidates; i++)
        {
            var started = Stopwatch.GetTimestamp();
            using var model = engine.Create(configuration, new Seed((ulong)i), threads: 1);
            model.TrainStep(batch, new AdamWSettings(1e-3, 0.1));
            yield return Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 2);
        }
    }

    /// <summary>Trains two models at once, each on a thread of its own, then one on two threads.</summary>
    /// <returns>Of the two: bytes allocated a step in the whole process, and waits for locks. Of the one: bytes a step.</returns>
    public static IEnumerable<double> SideBySide(CpuEngine engine)
    {
        const int Models = 2;
        const int Steps = 40;
        var configuration = TinyModels.Configuration("AMAM", 40, 5, 5, 45, 21, 32);
        var batch = TinyModels.Batch(configuration, new Rng(new Seed(1)), 20, configuration.MaximumLength);

        // Not a Barrier: it has a lock of its own, whose waits would be counted.
        var arrived = 0;
        var threads = Enumerable.Range(0, Models).Select(i => new Thread(() =>
        {
            using var model = engine.Create(configuration, new Seed((ulong)i), threads: 1);
            TrainAndEvaluate(model, batch, Steps);
            Meet(1);
            Meet(2);
            TrainAndEvaluate(model, batch, Steps);
            Meet(3);
        })).ToList();
        threads.ForEach(thread => thread.Start());
        Meet(1);
        var (bytes, waits) = (GC.GetTotalAllocatedBytes(precise: true), Monitor.LockContentionCount);
        Meet(2);
        Meet(3);
        yield return (GC.GetTotalAllocatedBytes(precise: true) - bytes) / (double)(Models * Steps);
        yield return Monitor.LockContentionCount - waits;
        threads.ForEach(thread => thread.Join());

        using var shared = engine.Create(configuration, new Seed(3), threads: 2);
        TrainAndEvaluate(shared, batch, Steps);
        bytes = GC.GetTotalAllocatedBytes(precise: true);
        TrainAndEvaluate(shared, batch, Steps);
        yield return (GC.GetTotalAllocatedBytes(precise: true) - bytes) / (double)Steps;

        void Meet(int time)
        {
            Interlocked.Increment(ref arrived);
            while (Volatile.Read(ref arrived) < time * (Models + 1))
            {
                Thread.Yield();
            }
        }
    }

    private static void TrainAndEvaluate(ITrainableModel model, TokenBatch batch, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            model.TrainStep(batch, new AdamWSettings(1e-3, 0.1, ClipNorm: 1));
            model.Evaluate(batch);
        }
    }

    private static void Exercise(CpuEngine engine, ModelConfiguration configuration, Rng rng)
    {
        using var model = engine.Create(configuration, new Seed(5), threads: 2);
        var batch = TinyModels.Batch(configuration, rng, 3, configuration.MaximumLength);
        for (var step = 0; step < 2; step++)
        {
            model.TrainStep(batch, new AdamWSettings(1e-3, 0.1));
        }

        model.Evaluate(batch);
        if (configuration.Head == ModelHead.Language)
        {
            var logits = new float[configuration.Vocabulary];
            using var decoder = model.CreateDecoder(configuration.MaximumLength);
            decoder.Append(batch.Inputs.AsSpan(0, (configuration.MaximumLength + 1) / 2), logits);
            while (decoder.Position < configuration.MaximumLength)
            {
                decoder.Append(batch.Inputs.AsSpan(decoder.Position, 1), logits);
            }
        }
    }

    private static TokenBatch Successors(ModelConfiguration configuration, Rng rng)
    {
        const int Sequences = 5;
        var (length, vocabulary) = (configuration.MaximumLength, configuration.Vocabulary);
        var tokens = new int[Sequences * (length + 1)];
        for (var i = 0; i < tokens.Length; i++)
        {
            tokens[i] = i == 0 || rng.NextBool(0.2) ? rng.NextInt(vocabulary) : (tokens[i - 1] + 5) % vocabulary;
        }

        var rows = Enumerable.Range(0, Sequences).Select(s => s * (length + 1)).ToList();
        return new TokenBatch(
            Sequences,
            length,
            [.. rows.SelectMany(start => tokens[start..(start + length)])],
            [.. rows.SelectMany(start => tokens[(start + 1)..(start + length + 1)])]);
    }
}
