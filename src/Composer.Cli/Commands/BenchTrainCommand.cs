using System.CommandLine;
using System.Diagnostics;
using Composer.Architecture;
using Composer.Architecture.Presets;
using Composer.Architecture.Primitives;
using Composer.Cli.Output;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Pipeline;
using Composer.Pipeline.Stages;
using Composer.Training.Benchmarks;
using Composer.Training.Models;

namespace Composer.Cli.Commands;

/// <summary><c>composer bench train</c>: whole training steps beside the FMA peak.</summary>
internal static class BenchTrainCommand
{
    private const string Code = "CMP1009";

    public static Command Create()
    {
        var arch = new Option<string?>("--arch") { Description = "Layers, such as AAMMMM or 2A+4M, or the name of a preset; those of the shape by default." };
        var shape = new Option<string>("--shape") { Description = $"Widths, vocabulary, length and batch: {string.Join(", ", BenchShape.All.Select(s => s.Name))}.", DefaultValueFactory = _ => "default" };
        var dim = new Option<int?>("--dim") { Description = "Width of the residual stream; this and what follows replace the shape's." };
        var heads = new Option<int?>("--heads") { Description = "Query heads." };
        var kvHeads = new Option<int?>("--kv-heads") { Description = "Key and value heads." };
        var hidden = new Option<int?>("--hidden") { Description = "Inner width of the MLP." };
        var vocabulary = new Option<int?>("--vocabulary") { Description = "Tokens." };
        var length = new Option<int?>("--length") { Description = "Tokens of a sequence." };
        var batch = new Option<int?>("--batch") { Description = "Sequences of a step." };
        var threads = new Option<int>("--threads") { Description = "Threads; all cores by default.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var seconds = new Option<double>("--seconds") { Description = "How long to measure.", DefaultValueFactory = _ => 10 };
        var profile = new Option<bool>("--profile") { Description = "Time every kernel, and print the share of each part; the whole is a little slower." };
        var engine = new Option<string?>("--engine") { Description = "cpu, torch, or several with commas, one step of each in turn; the CPU engine by itself when not given.", HelpName = "NAMES" };
        var device = new Option<string?>("--device") { Description = "Where torch computes, cpu or cuda; the GPU where there is one by default." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("train", "Train steps of a model on noise: tokens/s, and the share of the FMA peak probed in the same run.")
        {
            arch, shape, dim, heads, kvHeads, hidden, vocabulary, length, batch, threads, seconds, profile, engine, device, json,
        };
        command.SetAction(parsed =>
        {
            var named = BenchShape.All.FirstOrDefault(s => s.Name == parsed.GetRequiredValue(shape))
                ?? throw Mistake($"'{parsed.GetValue(shape)}' is no shape.", $"There are {string.Join(", ", BenchShape.All.Select(s => s.Name))}.");
            if (!ArchitecturePresets.TryResolve(parsed.GetValue(arch) ?? named.Layers, null, out var layers, out var error, PrimitiveRegistry.Default))
            {
                throw Mistake(error.Message, error.Remedy);
            }

            var widths = new ModelShape(
                parsed.GetValue(dim) ?? named.Shape.Dim,
                parsed.GetValue(heads) ?? named.Shape.Heads,
                parsed.GetValue(kvHeads) ?? named.Shape.KvHeads,
                parsed.GetValue(hidden) ?? named.Shape.Hidden);
            if (widths.Validate() is { Count: > 0 } mistakes)
            {
                throw Mistake(string.Join(" ", mistakes));
            }

            var (tokens, longest, sequences) = (
                parsed.GetValue(vocabulary) ?? named.Vocabulary, parsed.GetValue(length) ?? named.Length, parsed.GetValue(batch) ?? named.Batch);
            foreach (var (option, value, least) in ((string, int, int)[])
                [(vocabulary.Name, tokens, 2), (length.Name, longest, 1), (batch.Name, sequences, 1), (threads.Name, parsed.GetValue(threads), 1)])
            {
                if (value < least)
                {
                    throw Mistake($"{option} must be at least {least}.");
                }
            }

            var configuration = new ModelConfiguration(layers, widths, tokens, longest) { Head = named.Head };
            var duration = TimeSpan.FromSeconds(Math.Clamp(parsed.GetValue(seconds), 0, 3600));
            if (parsed.GetValue(engine) is { } names)
            {
                var engines = EnginesOf(names, parsed.GetValue(device));
                var turns = EngineTurns.Run(engines, configuration, sequences, parsed.GetValue(threads), duration);
                var turnsView = ViewOf(configuration, sequences, parsed.GetValue(threads), turns);
                Console.WriteLine(parsed.GetValue(json) ? PipelineJson.WriteText(turnsView) : turnsView.Text);
                return ExitCode.Done;
            }

            var result = TrainingBenchmark.Run(configuration, sequences, parsed.GetValue(threads), duration, parsed.GetValue(profile));
            var view = ViewOf(configuration, sequences, result);
            Console.WriteLine(parsed.GetValue(json) ? PipelineJson.WriteText(view) : view.Text);
            return ExitCode.Done;
        });
        return command;
    }

    private static TrainBenchView ViewOf(ModelConfiguration configuration, int batch, TrainingBenchmarkResult result)
    {
        using var process = Process.GetCurrentProcess();
        return new TrainBenchView(
            configuration.Layers.ToString(),
            configuration.Shape,
            configuration.Vocabulary,
            configuration.MaximumLength,
            batch,
            result.Threads,
            result.InstructionSet,
            result.TokensPerSecond,
            result.FlopsPerSecond,
            result.PeakFlopsPerSecond,
            result.FractionOfPeak,
            result.StepSeconds,
            result.Steps,
            result.Memory,
            process.PeakWorkingSet64,
            SlowPaths.Of(configuration, result.InstructionSet),
            result.Profile);
    }

    private static EngineTurnsView ViewOf(
        ModelConfiguration configuration, int batch, int threads, IReadOnlyList<EngineTurnsResult> engines)
    {
        using var process = Process.GetCurrentProcess();
        return new EngineTurnsView(
            configuration.Layers.ToString(),
            configuration.Shape,
            configuration.Vocabulary,
            configuration.MaximumLength,
            batch,
            threads,
            process.PeakWorkingSet64,
            engines);
    }

    private static List<ITrainingEngine> EnginesOf(string names, string? device)
    {
        var chosen = names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (chosen.Length == 0 || Array.Find(chosen, name => name is not ("cpu" or "torch")) is not null)
        {
            throw Mistake($"--engine is '{names}'.", "Name cpu, torch, or both with a comma.");
        }

        if (device is not (null or "cpu" or "cuda"))
        {
            throw Mistake($"--device is '{device}'.", "It can be cpu or cuda.");
        }

        if (chosen.Contains("torch") && Session.Resources(null).WhatLacks(new StageNeeds(device == "cuda" ? 1 : 0, "torch")) is { Count: > 0 } lacks)
        {
            throw new EngineUnavailableException($"bench train: {string.Join("; ", lacks)}.");
        }

        return [.. chosen.Select(name => name == "torch" && device is not null ? EngineRegistry.TorchOn(device) : EngineRegistry.Get(name))];
    }

    private static UserInputException Mistake(string message, string? remedy = null) =>
        new(new Diagnostic(Code, DiagnosticSeverity.Error, message, Remedy: remedy));
}
