using Composer.Core.Diagnostics;
using Composer.Manifests.Model;

namespace Composer.Manifests.Rules;

/// <summary>Rules of <c>limits</c>.</summary>
internal static class LimitsRules
{
    private static readonly string[] Kinds = ["search", "aggregate", "extrapolate", "pretrain", "lm-eval", "report"];

    public static void Check(LimitsSection limits, RuleContext context)
    {
        CheckTime(limits.Time, "limits.time", context);
        foreach (var (kind, stage) in limits.Stage)
        {
            var path = $"limits.stage.{kind}";
            if (!Kinds.Contains(kind))
            {
                context.Error(
                    DiagnosticCodes.UnknownKey,
                    $"There is no kind of stage '{kind}' that could have limits.",
                    Suggestion.DidYouMean(kind, Kinds) ?? $"There are {string.Join(", ", Kinds)}.",
                    path);
            }

            CheckTime(stage.Time, $"{path}.time", context);
        }
    }

    private static void CheckTime(string? time, string path, RuleContext context)
    {
        if (time is not null && !DurationText.TryParse(time, out _))
        {
            context.Error(
                DiagnosticCodes.InvalidDuration,
                $"'{time}' is no duration.",
                "Write a number and d, h, min or s, such as \"2 h\"; at most a year.",
                path);
        }
    }
}
