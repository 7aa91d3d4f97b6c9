using System.Globalization;
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
                : Join(stage.Reasons.FirstOrDefault(), Cost(stage));
            var rest = stage.Status == "hit" ? [] : stage.Reasons.Skip(1).ToArray();
            output.WriteLine($"  {stage.Name.PadRight(name)}  {what}  {stage.Status,-7}  {first}".TrimEnd());
            var indent = new string(' ', name + description + 15);
            foreach (var reason in rest.Take(MostReasons))
            {
                output.WriteLine($"{indent}{reason}");
            }

            if (stage.Submission is { } submission)
            {
                output.WriteLine($"{indent}slurm: {submission}");
            }

            if (rest.Length > MostReasons)
            {
                output.WriteLine($"{indent}and {rest.Length - MostReasons} more: composer why {plan.Experiment} {stage.Name}");
            }
        }

        var cost = plan.ToRun > 0 ? Total(plan) : "";
        var blocked = plan.Blocked > 0 ? $", {plan.Blocked} blocked" : "";
        if (plan.Limits is not null)
        {
            output.WriteLine($"limits: {plan.Limits}");
        }

        output.WriteLine($"{CountText.Of(plan.Hits, "hit")}, {plan.ToRun} to run{blocked}{cost}");
    }

    private static string Cost(PlanRow stage) => stage switch
    {
        { PredictedSeconds: > 0 } => Time(stage.PredictedSeconds.Value, stage.PredictedLeast, stage.PredictedMost),
        { PredictedSeconds: null, Work: { } work } => string.Create(
            CultureInfo.InvariantCulture, $"{work:0.0e+0} {stage.WorkUnit}, time unknown"),
        { PredictedSeconds: null, Status: not "hit" } when stage.Stage == stage.Name.Split('/')[0] => "time unknown",
        _ => "",
    };

    /// <summary>What is known of the whole, and of how many stages it is not.</summary>
    private static string Total(PlanView plan)
    {
        var known = plan.PredictedSeconds is { } seconds
            ? $", {Time(seconds, plan.PredictedLeast, plan.PredictedMost)} of computing"
            : "";
        return plan.Unpredicted == 0 ? known
            : known.Length == 0 ? ", time unknown: this machine has computed nothing like it"
            : $"{known} and {CountText.Of(plan.Unpredicted, "stage")} of unknown time";
    }

    private static string Time(double seconds, double? least, double? most)
    {
        var (about, from, to) = (ElapsedText.Of(seconds), ElapsedText.Of(least ?? seconds), ElapsedText.Of(most ?? seconds));
        return from == about && to == about ? $"≈ {about}" : $"≈ {about} ({from} … {to})";
    }

    private static string Age(DateTimeOffset? computed, DateTimeOffset now) =>
        computed is { } then ? $"{ElapsedText.Of(Math.Max(0, (now - then).TotalSeconds))} ago" : "";

    private static string Join(params string?[] parts) => string.Join("   ", parts.Where(p => !string.IsNullOrEmpty(p)));
}
