using Composer.Search;

namespace Composer.Stages.Search;

/// <summary>Reads a search's trials back.</summary>
internal static class SearchTrials
{
    public static Trial Of(TrialOutput output) => new(
        output.Number,
        output.Layers,
        output.Stopped is not null ? TrialStatus.Stopped : output.Score is not null ? TrialStatus.Complete : TrialStatus.Failed,
        output.Score ?? output.Predicted,
        Runs: output.Runs,
        Variance: output.Variance);
}
