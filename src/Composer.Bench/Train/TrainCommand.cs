using System.CommandLine;
using Composer.Bench.Measuring;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Planning;
using Composer.Training.Cpu;
using Composer.Training.Engines;
using Composer.Training.Kernels;
using Composer.Training.Models;
using Composer.Training.Profiling;

namespace Composer.Bench.Train;

/// <summary><c>composer bench train</c>: whole training steps beside the FMA peak.</summary>
internal static class TrainCommand
{
    public static Command Create(BenchHost host)
    {
        var shapes = string.Join(", ", TrainingShape.All.Select(s => s.Name));
        var arch = new Option<string?>("--arch")
        {
            Description = "Layers, such as AAMMMM or 2A+4M, or the name of a preset; those of the shape by default.",
        };
        var shape = BenchOption.Of("--shape", "default", $"Widths, vocabulary, length and batch: {shapes}.");
        var length = new Option<int?>("--length") { Description = "Tokens of a sequence." };
        var batch = new Option<int?>("--batch") { Description = "Sequences of a step." };
        var seconds = BenchOption.Of<double>("--seconds", 10, "How long to measure.");
        var profile = new Option<bool>("--profile")
        {
            Description = "Time the parts of a step, and print the share of each; the whole is a little slower.",
        };
        var engine = new Option<string?>("--engine")
        {
            Description = "cpu, torch, or several with commas, one step of each in turn; the CPU engine by itself when not given.",
            HelpName = "NAMES",
        };
        var device = new Option<string?>("--device")
        {
            Description = "Where torch computes, cpu or cuda; the GPU where there is one by default.",
        };
        var command = new Command(
            "train", "Train steps of a model on noise: tokens/s, and the share of the FMA peak probed in the same run.")
        {
            arch, shape,
        };
        var model = new ModelOptions(command);
        ((Option[])[length, batch, seconds, profile, engine, device]).ToList().ForEach(command.Add);
        var output = new OutputOptions(command);
        command.SetAction(parsed =>
        {
            var named = TrainingShape.All.FirstOrDefault(s => s.Name == parsed.GetRequiredValue(shape))
                ?? throw Mistakes.Of($"'{parsed.GetValue(shape)}' is no shape.", $"There are {shapes}.");
            var (sequences, threads) = (parsed.GetValue(batch) ?? named.Batch, model.Threads(parsed));
            var layers = ModelOptions.Layers(parsed.GetValue(arch) ?? named.Layers, null);
            var configuration = new ModelConfiguration(
                layers,
                model.Shape(parsed, named.Shape, layers, named.Defaults),
                model.Vocabulary(parsed, named.Vocabulary),
                parsed.GetValue(length) ?? named.Length)
            {
                Head = named.Head,
            };
            Mistakes.RequireAtLeast(length.Name, configuration.MaximumLength, 1);
            Mistakes.RequireAtLeast(batch.Name, sequences, 1);
            var duration = TimeSpan.FromSeconds(Math.Clamp(parsed.GetValue(seconds), 0, 3600));
            if (parsed.GetValue(engine) is { } names)
            {
                var engines = EnginesOf(names, parsed.GetValue(device), host.Machine);
                output.Print(parsed, MeasureInTurn(engines, configuration, sequences, threads, duration), view => view.Text);
            }
            else
            {
                output.Print(parsed, Measure(configuration, sequences, threads, duration, parsed.GetValue(profile)), view => view.Text);
            }
        });
        return command;
    }

    /// <summary>Trains with the CPU engine alone.</summary>
    /// <param name="configuration">The model; its longest length is trained.</param>
    /// <param name="batch">Sequences of a step.</param>
    /// <param name="threads">Threads at once.</param>
    /// <param name="duration">How long, at least; three steps are the least.</param>
    /// <param name="profile">Whether to time each part too.</param>
    internal static TrainView Measure(ModelConfiguration configuration, int batch, int threads, TimeSpan duration, bool profile)
    {
        var parts = profile ? new PassProfile() : null;
        var engine = new CpuEngine(InstructionSet.Kernels, parts);
        var measured = TrainingBenchmark.Run([engine], configuration, batch, threads, duration, () => parts?.Clear())[0];
        return new TrainView(
            configuration.Layers.ToString(),
            configuration.Shape,
            configuration.Vocabulary,
            configuration.MaximumLength,
            batch,
            threads,
            InstructionSet.Name,
            measured.TokensPerSecond,
            measured.FlopsPerSecond,
            measured.PeakFlopsPerSecond!.Value,
            measured.FractionOfPeak!.Value,
            measured.StepSeconds,
            measured.Steps,
            measured.Memory!,
            PeakResidentBytes(),
            SlowPaths.Of(configuration, InstructionSet.Name),
            parts is null ? null : [.. PartShare.Of(parts, measured.Seconds, measured.Steps, threads)]);
    }

    private static EngineTurnsView MeasureInTurn(
        IReadOnlyList<ITrainingEngine> engines, ModelConfiguration configuration, int batch, int threads, TimeSpan duration)
    {
        var measured = TrainingBenchmark.Run(engines, configuration, batch, threads, duration);
        return new EngineTurnsView(
            configuration.Layers.ToString(),
            configuration.Shape,
            configuration.Vocabulary,
            configuration.MaximumLength,
            batch,
            threads,
            PeakResidentBytes(),
            measured);
    }

    private static long PeakResidentBytes()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private static List<ITrainingEngine> EnginesOf(string names, string? device, Func<IResources> machine)
    {
        var chosen = Mistakes.Split(names);
        if (chosen.Length == 0 || Array.Find(chosen, name => name is not ("cpu" or "torch")) is not null)
        {
            throw Mistakes.Of($"--engine is '{names}'.", "Name cpu, torch, or both with a comma.");
        }

        if (device is not (null or "cpu" or "cuda"))
        {
            throw Mistakes.Of($"--device is '{device}'.", "It can be cpu or cuda.");
        }

        if (chosen.Contains("torch") && machine().WhatLacks(new StageNeeds(device == "cuda" ? 1 : 0, "torch")) is { Count: > 0 } lacks)
        {
            throw new EngineUnavailableException($"bench train: {string.Join("; ", lacks)}.");
        }

        return [.. chosen.Select(name =>
            name == "torch" && device is not null ? EngineRegistry.TorchOn(device) : EngineRegistry.Get(name))];
    }
}
