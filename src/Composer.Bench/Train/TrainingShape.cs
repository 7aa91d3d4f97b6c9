using Composer.Architecture;
using Composer.Architecture.Presets;
using Composer.Architecture.Primitives;
using Composer.Mad.Tasks;
using Composer.Training.Models;

namespace Composer.Bench.Train;

/// <summary>What <c>bench train --shape</c> names.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="Layers">Where no architecture is given.</param>
/// <param name="Shape">The widths.</param>
/// <param name="Vocabulary">Tokens.</param>
/// <param name="Length">Tokens of a sequence.</param>
/// <param name="Batch">Sequences of a step.</param>
internal sealed record TrainingShape(string Name, string Layers, ModelShape Shape, int Vocabulary, int Length, int Batch)
{
    private const string Small = "AAMMMM";

    /// <summary>
    /// The search's model, ours, a pre-training's, a wide one, the smallest published size stacked, and each MAD task's
    /// own vocabulary and length.
    /// </summary>
    public static IReadOnlyList<TrainingShape> All { get; } =
    [
        new("default", Small, new ModelShape(Dim: 128, Heads: 16, KvHeads: 4, Hidden: 256), 64, 128, 128) { Defaults = OptionDefaults.InSearch },
        new("small", Small, SizePreset.SmallShape, 64, 128, 128) { Defaults = OptionDefaults.InSearch },
        new("pretrain", "AAMMMMMAAMMMAMMM", new ModelShape(Dim: 256, Heads: 8, KvHeads: 8, Hidden: 688), 4096, 512, 16),
        new("dim-1024", Small, new ModelShape(Dim: 1024, Heads: 16, KvHeads: 16, Hidden: 3072), 8192, 512, 2),
        new("350m", "4x(2A+4M)", SizePreset.All[0].Shape, SizePreset.Vocabulary, 8192, 1),
        .. MadTasks.All.Select(task => new TrainingShape(
            task.Name, Small, SizePreset.SmallShape, task.Default.Vocabulary, task.InputLength(task.Default), 128)
        {
            Head = task.Head,
            Defaults = OptionDefaults.InSearch,
        }),
    ];

    /// <summary>Which values the primitives' options take.</summary>
    public OptionDefaults Defaults { get; init; }

    /// <summary>What follows the layers.</summary>
    public ModelHead Head { get; init; }
}
