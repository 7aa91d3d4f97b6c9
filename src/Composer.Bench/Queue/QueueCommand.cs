using System.CommandLine;
using Composer.Bench.Measuring;
using Composer.Core.Text;
using static System.FormattableString;

namespace Composer.Bench.Queue;

/// <summary><c>composer bench queue</c>: a coordinator with thousands of jobs at a made-up cluster.</summary>
internal static class QueueCommand
{
    private static readonly Table Table = new(
        "  ",
        new Column("candidates", Format: "N0"),
        new Column("nodes", Format: "N0"),
        new Column("queue", Format: "N0"),
        new Column("results/s", Format: "N0"),
        new Column("results/CPU s", Format: "N0"),
        new Column("listings/min", Format: "0.0"),
        new Column("longest", Format: "N0"),
        new Column("file looks/s", Format: "N0"),
        new Column("arrays", Format: "N0"),
        new Column("jobs", Format: "N0"),
        new Column("managed MB", Format: "N0"),
        new Column("working set MB", Format: "N0"),
        new Column("store files", Format: "N0"),
        new Column("store MB", Format: "N0"),
        new Column("index MB", Format: "0.0"),
        new Column("start s", Format: "0.00"),
        new Column("found again s", Format: "0.00"),
        new Column("end s", Format: "0.00"),
        new Column("cluster's time", -8));

    public static Command Create(BenchHost host)
    {
        var artifacts = BenchOption.Artifacts("A folder on the disk to measure");
        var candidates = BenchOption.Of("--candidates", "100,1000", "Candidates of a search, several numbers between commas.");
        candidates.HelpName = "N";
        var evaluations = BenchOption.Of("--evaluations", 6, "Evaluations of a candidate; 6 by default.");
        evaluations.HelpName = "N";
        var nodes = BenchOption.Of("--nodes", "10,100", "Nodes of the cluster, several numbers between commas.");
        nodes.HelpName = "N";
        var cores = BenchOption.Of("--cores", 8, "Jobs that a node runs at once; 8 by default.");
        cores.HelpName = "N";
        var queue = BenchOption.Of("--queue", "100,1000", "agents.slurm.queue, several numbers between commas.");
        queue.HelpName = "N";
        var seconds = BenchOption.Of("--seconds", 60, "Simulated seconds of an evaluation; 60 by default.");
        var command = new Command(
            "queue", "Run searches at a made-up cluster by a made-up clock: what the coordinator, its queue and its store need for it.")
        {
            artifacts, candidates, evaluations, nodes, cores, queue, seconds,
        };
        var output = new OutputOptions(command, hasMarkdown: true);
        command.SetAction(async (parsed, _) =>
        {
            var points =
                from c in Numbers("--candidates", parsed.GetValue(candidates)!)
                from n in Numbers("--nodes", parsed.GetValue(nodes)!)
                from q in Numbers("--queue", parsed.GetValue(queue)!)
                select new QueueScale(
                    c,
                    AtLeastOne("--evaluations", parsed.GetValue(evaluations)),
                    n,
                    AtLeastOne("--cores", parsed.GetValue(cores)),
                    q,
                    AtLeastOne("--seconds", parsed.GetValue(seconds)));
            var results = new List<QueueBenchmarkResult>();
            foreach (var scale in points.ToArray())
            {
                using var folder = new MeasuringFolder(host.FindWorkspace(parsed.GetValue(artifacts)), "queue");
                results.Add(await QueueBenchmark.RunAsync(folder.Path, scale).ConfigureAwait(false));
            }

            output.Print(
                parsed,
                new { Machine = MachineText.Description, Load = MachineText.Load(), Points = results },
                measured => string.Join(Environment.NewLine, [
                    Table.Text(measured.Points.Select(Row)), "", .. measured.Points.Select(Twice).OfType<string>(), Explanation]),
                measured => Table.Markdown(measured.Points.Select(Row)));
        });
        return command;
    }

    private static string Explanation =>
        Invariant($"On {MachineText.Description}, load {MachineText.Load():0.0}. results/s: evaluations published in a second of this ")
        + "machine, made-up nodes left out; listings, file looks: in the cluster's time; longest: lines of a listing; start, found again: real "
        + "seconds until a new coordinator, and one that comes back in the middle, knows of every candidate; end: until all is tidied up.";

    private static object?[] Row(QueueBenchmarkResult r) =>
    [
        r.Scale.Candidates,
        r.Scale.Nodes,
        r.Scale.Queue,
        r.Units / r.Seconds,
        r.Units / r.CpuSeconds,
        r.Listings / (r.SimulatedSeconds / 60),
        r.LongestListing,
        r.FileLooks / r.SimulatedSeconds,
        r.Submissions,
        r.SubmittedJobs,
        r.PeakManagedBytes / 1e6,
        r.PeakWorkingSetBytes / 1e6,
        r.StoreFiles,
        r.StoreBytes / 1e6,
        r.IndexBytes / 1e6,
        r.FirstSeconds,
        r.FoundAgainSeconds,
        r.EndSeconds,
        ElapsedText.Of(r.SimulatedSeconds),
    ];

    /// <summary>What must not be, said aloud; null where all is well.</summary>
    private static string? Twice(QueueBenchmarkResult r)
    {
        var wanted = r.Scale.Candidates * r.Scale.Evaluations;
        return r.ComputedUnits != wanted || r.MostInQueue > r.Scale.Queue
            ? Invariant($"Of {wanted} evaluations {r.ComputedUnits} were computed; {r.MostInQueue} jobs were in a queue of {r.Scale.Queue}.")
            : null;
    }

    private static int[] Numbers(string option, string text) =>
    [
        .. Mistakes.Split(text).Select(part => int.TryParse(part, System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? AtLeastOne(option, number)
            : throw Mistakes.Of($"{option}: '{part}' is no number.", "Give whole numbers between commas, such as 100,1000.")),
    ];

    private static int AtLeastOne(string option, int value)
    {
        Mistakes.RequireAtLeast(option, value, 1);
        return value;
    }
}
