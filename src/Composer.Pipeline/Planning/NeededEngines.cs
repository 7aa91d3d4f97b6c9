namespace Composer.Pipeline.Planning;

/// <summary>The engines that a run will load: what a front door builds before it.</summary>
public static class NeededEngines
{
    /// <summary>
    /// Names, in ordinal order. Not those of stages that lack something else as well: they will not run whatever is built.
    /// </summary>
    /// <param name="plan">Of the experiment.</param>
    /// <param name="resources">What it was planned with.</param>
    /// <param name="check">Whether what is in the store is computed once more, instead of what is not.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<PlannedStage> plan, IResources resources, bool check) =>
    [
        .. plan.Where(p => check == (p.Status == PlanStatus.Hit))
            .Select(p => p.Stage.Needs)
            .Where(needs => resources.WhatLacks(needs).All(lack => lack.IsBuilt))
            .Select(needs => needs.Engine)
            .OfType<string>()
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];
}
