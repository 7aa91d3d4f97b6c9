using Composer.Agents.Checkup;
using Composer.Core.Text;

namespace Composer.Cli.Output;

/// <summary>A checkup for people: a line each, and under what is lacking the commands that mend it.</summary>
internal static class DoctorPrinter
{
    public static void Print(DoctorView checkup, TextWriter output)
    {
        var width = checkup.Machine.Concat(checkup.Cluster).Concat(checkup.Needs).Max(f => f.Subject.Length);
        output.WriteLine("This machine");
        PrintAll(checkup.Machine, width, output);
        if (checkup.Cluster.Count > 0)
        {
            output.WriteLine("The cluster");
            PrintAll(checkup.Cluster, width, output);
        }

        if (checkup.Experiment is { } name)
        {
            output.WriteLine(checkup.Profile is null ? name : $"{name} · profile {checkup.Profile}");
            PrintAll(checkup.Needs, width, output);
        }

        output.WriteLine(Closing(checkup));
    }

    private static void PrintAll(IReadOnlyList<Finding> findings, int width, TextWriter output)
    {
        foreach (var finding in findings)
        {
            output.WriteLine($"  {Word(finding.State)}  {finding.Subject.PadRight(width)}  {finding.Text}");
            foreach (var remedy in finding.Remedies)
            {
                output.WriteLine($"{new string(' ', width + 10)}→ {remedy}");
            }
        }
    }

    private static string Word(FindingState state) => state switch
    {
        FindingState.Fine => "ok   ",
        FindingState.Note => "note ",
        _ => "LACKS",
    };

    private static string Closing(DoctorView checkup) => checkup switch
    {
        { Lacks: > 0 } => $"{CountText.Of(checkup.Lacks, "thing")} to mend; each → is one way.",
        { Experiment: { } name } => $"Nothing is lacking: composer run {name}{(checkup.Profile is null ? "" : $" --profile {checkup.Profile}")}"
            + (checkup.Cluster.Count > 0 ? " --agent slurm" : ""),
        { Cluster.Count: > 0 } => "composer doctor NAME --agent slurm says what an experiment lacks there.",
        _ => "composer doctor NAME says what an experiment lacks here.",
    };
}
