using Composer.Core.Diagnostics;
using Composer.Core.Settings;

namespace Composer.Mad.Tasks;

/// <summary>Collects what tasks find wrong with their difficulty.</summary>
internal static class MadTaskMistakes
{
    /// <summary>The knobs that a rule about another may have gone by.</summary>
    private static readonly string[] Parts = ["motif", "copy", "noise_vocabulary", "pairs", "hops", "group"];

    /// <summary>Adds a rule that a knob breaks.</summary>
    public static void Break(this ICollection<SettingMistake> mistakes, string knob, string message) =>
        mistakes.Add(new SettingMistake(DiagnosticCodes.InvalidTask, message, null, [knob, .. Parts]));
}
