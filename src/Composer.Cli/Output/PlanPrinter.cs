using Composer.Core.Text;

namespace Composer.Cli.Output;

/// <summary>A plan for people: one line a stage, its reasons beneath.</summary>
internal static class PlanPrinter
{
    private const int MostReasons = 5;

    public static void Print(PlanView plan, TextWriter output, DateTimeOffset now)
    {
        var profile = plan.Profile is null ? "" : $" · profile {plan.Profile}";
        output.WriteLine($"{plan.Experiment}{profile} · seed {plan.Seed}");
        var name = plan.Stages.Max(s => s.Name.Length);
        var description = Math.Min(44, plan.Stages.Max(s => s.Description.Length));
        foreach (var stage in plan.Stages)
        {
            var what = stage.Description.PadRight(description);
            var first = stage.Status == "hit"
                ? Join(
                    stage.Key?[..6],
                    stage.Summary,
                    Age(stage.Computed, now),
                    stage.SharedWith is null ? null : $"shared: computed as {stage.SharedWith}")
                : Join(stage.Reasons.FirstOrDefault(), Cost(stage.PredictedSeconds));
            var rest = stage.Status == "hit" ? [] : stage.Reasons.Skip(1).ToArray();
            output.WriteLine($"  {stage.Name.PadRight(name)}  {what}  {stage.Status,-7}  {first}".TrimEnd());
            var indent = new string(' ', name + description + 15);
            foreach (var reason in rest.Take(MostReasons))
            {
                output.WriteLine($"{indent}{reason}");
            }

            if (rest.Length > MostReasons)
            {
                output.WriteLine($"{indent}and {rest.Length - MostReasons} more: composer why {plan.Experiment} {stage.Name}");
            }
        }

        var cost = plan.ToRun > 0 && Cost(plan.PredictedSeconds) is { Length: > 0 } seconds ? $", {seconds} of computing" : "";
        var blocked = plan.Blocked > 0 ? $", {plan.Blocked} blocked" : "";
        if (plan.Limits is not null)
        {
            output.WriteLine($"limits: {plan.Limits}");
        }

        output.WriteLine($"{CountText.Of(plan.Hits, "hit")}, {plan.ToRun} to run{blocked}{cost}");
    }

    private static string Cost(double? seconds) => seconds is { } s ? $"≈ {ElapsedText.Of(s)}" : "";

    private static string Age(DateTimeOffset? computed, DateTimeOffset now) =>
        computed is { } then ? $"{ElapsedText.Of(Math.Max(0, (now - then).TotalSeconds))} ago" : "";

    private static string Join(params string?[] parts) => string.Join("   ", parts.Where(p => !string.IsNullOrEmpty(p)));
}
