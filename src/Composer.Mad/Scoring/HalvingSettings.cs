using System.ComponentModel;
using Composer.Core.Diagnostics;
using Composer.Core.Settings;

namespace Composer.Mad.Scoring;

/// <summary>
/// Trains all settings of a task to a share of the epochs and only the best of them to the end. Faster, and
/// not the same as training all: the best at the end may have been worse then.
/// </summary>
public sealed record HalvingSettings
{
    [Description("Shares of the epochs to which settings are trained before some are dropped, such as [0.25]; empty drops none.")]
    [SettingRange(0.001, 0.999), SettingCount(0, 16)]
    public ValueList<double> At { get; init; } = [];

    [Description("How many settings go on after each, such as [2] of six."), SettingRange(1, 10_000), SettingCount(0, 16)]
    public ValueList<int> Keep { get; init; } = [];

    [Description("The share of candidates, chosen at random, whose settings are all trained to the end."), SettingRange(0, 1)]
    public double Finish { get; init; } = 0.1;

    /// <summary>What is wrong; empty when nothing is.</summary>
    /// <param name="settings">How many settings a task has to drop from.</param>
    public IEnumerable<SettingMistake> Validate(int settings)
    {
        var rises = At.Zip(At.Skip(1)).All(pair => pair.First < pair.Second);
        var falls = Keep.Zip(Keep.Skip(1)).All(pair => pair.First > pair.Second);
        if (At.Count != Keep.Count || !rises || !falls)
        {
            yield return new SettingMistake(
                DiagnosticCodes.InvalidHalving,
                "halving needs as many numbers in 'keep' as shares in 'at'; the shares rise and the numbers fall.",
                "Write at = [0.25, 0.5] and keep = [3, 2].",
                "keep",
                "at");
        }
        else if (Keep.Count > 0 && Keep[0] >= settings)
        {
            yield return new SettingMistake(
                DiagnosticCodes.InvalidHalving,
                FormattableString.Invariant(
                    $"keep begins with {Keep[0]}, but there are {settings} settings of learning rate and weight decay to drop from."),
                null,
                "keep",
                "at");
        }
    }
}
