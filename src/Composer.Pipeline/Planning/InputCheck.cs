using Composer.Core.Diagnostics;
using Composer.Core.Facts;
using Composer.Pipeline.Graph;

namespace Composer.Pipeline.Planning;

/// <summary>Whether what the stages of a graph read from outside is there and right. Computes nothing.</summary>
public static class InputCheck
{
    /// <summary>Looks at the inputs of every stage.</summary>
    /// <param name="graph">The stages.</param>
    /// <param name="resources">Of the machine: one that cannot run a stage need not have its data.</param>
    /// <param name="facts">Knows what was found out about files before.</param>
    /// <param name="isMissing">Which mistakes say no more than that a file is not here; null: none is taken so.</param>
    /// <returns>What was not there to be looked at, a sentence each.</returns>
    /// <exception cref="UserInputException">Something is missing or wrong; says all that is.</exception>
    public static IReadOnlyList<string> Of(
        StageGraph graph, IResources resources, FactOfFile facts, Func<Diagnostic, bool>? isMissing = null)
    {
        var (mistakes, skipped) = (new List<Diagnostic>(), new List<string>());
        foreach (var stage in graph.Stages)
        {
            try
            {
                stage.CheckInputs(facts);
            }
            catch (UserInputException wrong)
            {
                if (LacksOf(stage, resources) is [var lack, ..])
                {
                    skipped.AddRange(wrong.Diagnostics.Select(d => $"{d.Message} It is not looked for here: {stage} {lack}."));
                }
                else
                {
                    var missing = wrong.Diagnostics.ToLookup(d => isMissing?.Invoke(d) ?? false);
                    skipped.AddRange(missing[true].Select(d => d.Message));
                    mistakes.AddRange(missing[false]);
                }
            }
        }

        return mistakes.Count == 0 ? [.. skipped.Distinct()] : throw new UserInputException([.. mistakes.Distinct()]);
    }

    /// <summary>What a machine lacks for a stage, or for all that a stage is for.</summary>
    internal static IReadOnlyList<MachineLack> LacksOf(Stage stage, IResources resources) =>
        resources.WhatLacks(stage.Needs) is { Count: > 0 } lacks ? lacks : resources.WhatLacks(stage.NeedsOfReaders);
}
