using Composer.Core.Settings;
using Composer.Manifests.Model;

namespace Composer.Stages.Evaluate;

/// <summary>What of <c>[evaluate]</c> is read.</summary>
internal static class EvaluatedSettings
{
    /// <summary>Settings without the difficulty of tasks that are not evaluated.</summary>
    public static EvaluateSettings Of(EvaluateSettings settings) => settings with
    {
        Task = new ValueMap<Composer.Mad.Evaluation.MadTaskKnobs>(settings.Task.Where(t => settings.Tasks.Contains(t.Key))),
    };

    /// <summary>The same with nothing that leaves trainings out.</summary>
    public static EvaluateSettings Whole(EvaluateSettings settings) => Of(settings) with { Halving = new(), Pruning = new() };
}
