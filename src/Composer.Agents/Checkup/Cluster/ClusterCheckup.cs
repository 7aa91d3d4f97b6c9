using System.Globalization;
using Composer.Core.Text;
using Composer.Manifests.Model;
using Composer.Pipeline;

namespace Composer.Agents.Checkup.Cluster;

/// <summary>What a Slurm cluster has for jobs, whatever the experiment, and whether a node sees what the coordinator writes.</summary>
public sealed class ClusterCheckup
{
    private const string Clients = "clients";
    private const string Controller = "controller";
    private const string Partition = "partition";

    /// <summary>Where the settings name none, so many are shown to choose from.</summary>
    private const int MostOthers = 8;

    private static readonly string[] Commands = ["sbatch", "squeue", "scancel", "sinfo", "scontrol"];

    private readonly SlurmSection settings;
    private readonly IClusterClient client;
    private readonly NodeProbe? probe;
    private readonly List<Finding> findings = [];

    /// <param name="settings">What the manifest and the user's own file say of the cluster.</param>
    /// <param name="workspace">Whose artifacts folder nodes have to see.</param>
    /// <param name="executable">The <c>composer</c> that nodes have to start.</param>
    /// <param name="time">This machine's clock.</param>
    /// <param name="probes">Whether a job of a minute at most looks at a node of each partition.</param>
    public ClusterCheckup(SlurmSection settings, Workspace workspace, string executable, TimeProvider time, bool probes)
        : this(settings, new SlurmClient(), null) =>
        probe = probes ? new NodeProbe(settings, workspace, executable, client, time) : null;

    internal ClusterCheckup(SlurmSection settings, IClusterClient client, NodeProbe? probe) =>
        (this.settings, this.client, this.probe) = (settings, client, probe);

    /// <summary>The partitions that there are; empty before <see cref="Run"/>, and where the controller does not answer.</summary>
    internal IReadOnlyList<ClusterPartition> Partitions { get; private set; } = [];

    /// <summary>Looks through all of it.</summary>
    public IReadOnlyList<Finding> Run()
    {
        if (CheckClients() && CheckController())
        {
            CheckPartitions();
            CheckMemory();
            if (probe is not null && findings.All(f => f.State != FindingState.Lack))
            {
                findings.AddRange(probe.Run(Wanted().Select(w => w.Settings).ToArray()));
            }
        }

        return [.. findings];
    }

    /// <summary>Whether the partitions offer what stages need; after <see cref="Run"/>.</summary>
    /// <param name="stages">That are to be computed.</param>
    public IReadOnlyList<Finding> Check(IReadOnlyList<ClusterDemand> stages) =>
        Partitions.Count == 0 ? [] : [.. new DemandCheck(settings, Partitions).Of(stages)];

    /// <summary>The partitions that jobs may go to, as the settings and as the cluster have them; null where it has it not.</summary>
    private IEnumerable<(SlurmPartitionSection Settings, ClusterPartition? There)> Wanted() =>
        (settings.Partition.Count == 0 ? [new SlurmPartitionSection()] : (IEnumerable<SlurmPartitionSection>)settings.Partition)
            .Select(p => (p, DemandCheck.Find(Partitions, p.Name)));

    private bool CheckClients()
    {
        var missing = Commands.Where(c => client.Call(c, "--version").Code is null).ToArray();
        if (missing.Length > 0)
        {
            Add(Finding.Lack(
                Clients,
                $"there is no {string.Join(", no ", missing)} here",
                "run composer on a login node of the cluster", "module load slurm", "apt-get install slurm-client"));
            return false;
        }

        Add(Finding.Fine(Clients, client.Call("sbatch", "--version").Output.Trim()));
        return true;
    }

    private bool CheckController()
    {
        var answer = client.Call("scontrol", "ping");
        if (!answer.IsGood || !answer.Output.Contains(" is UP", StringComparison.Ordinal))
        {
            string[] lines = [.. answer.Lines.Where(l => !l.StartsWith('*'))];
            var said = lines.Length > 0 ? string.Join("; ", lines) : answer.Error;
            Add(Finding.Lack(
                Controller,
                $"it does not answer: {said}",
                "scontrol ping",
                "SLURM_CONF=FILE names the cluster's settings where they are not in /etc/slurm",
                "composer run NAME --agent local"));
            return false;
        }

        Add(Finding.Fine(Controller, string.Join("; ", answer.Lines)));
        return true;
    }

    private void CheckPartitions()
    {
        var answer = client.Call("sinfo", "-h", "-N", "-o", ClusterNode.Format);
        Partitions = ClusterPartition.Of(answer.Lines);
        if (Partitions.Count == 0)
        {
            Add(Finding.Lack(
                Partition,
                $"sinfo shows none{(answer.Error.Length > 0 ? $": {answer.Error}" : "")}",
                "sinfo -a",
                "ask who runs the cluster which of them you may use"));
            return;
        }

        foreach (var (wanted, there) in Wanted())
        {
            if (there is null)
            {
                Add(Finding.Lack(
                    Partition,
                    wanted.Name.Length == 0
                        ? $"none is the default, and the settings name none; there are {Names(Partitions)}"
                        : $"there is no '{wanted.Name}'; there are {Names(Partitions)}",
                    $"[[agents.slurm.partition]] name = \"{Partitions[0].Name}\""));
            }
            else
            {
                CheckPartition(wanted, there);
            }
        }

        var others = Partitions.Except(Wanted().Select(w => w.There)).OfType<ClusterPartition>().ToArray();
        if (others.Length > 0)
        {
            findings.AddRange(settings.Partition.Count == 0 && others.Length <= MostOthers
                ? others.Select(o => Finding.Fine(Partition, $"{o.Name}: {o}"))
                : [Finding.Fine(Partition, $"others, which the settings do not name: {Names(others)}")]);
        }
    }

    private void CheckPartition(SlurmPartitionSection wanted, ClusterPartition there)
    {
        var (subject, name) = (Partition, $"{there.Name}{(there.IsDefault ? ", the default" : "")}: {there}");
        if (!there.IsUp)
        {
            Add(Finding.Lack(
                subject,
                $"{there.Name} takes no jobs: it is not up",
                $"scontrol show partition {there.Name}", "name another one in agents.slurm.partition"));
        }
        else if (there.OfUse == 0)
        {
            Add(Finding.Note(subject, $"{name}: jobs wait until a node comes back", "sinfo -R says why each is gone"));
        }
        else
        {
            Add(Finding.Fine(subject, name));
        }

        foreach (var finding in DemandCheck.PromisesOf(wanted, settings, there))
        {
            Add(finding);
        }
    }

    /// <summary>How long the controller and the accounting know of jobs that have ended, and how many tasks an array may have.</summary>
    private void CheckMemory()
    {
        var values = client.Call("scontrol", "show", "config").Lines
            .Select(l => l.Split('=', 2, StringSplitOptions.TrimEntries))
            .Where(p => p.Length == 2)
            .GroupBy(p => p[0])
            .ToDictionary(g => g.Key, g => g.First()[1]);
        if (!client.Call("sacct", "-X", "-P", "-n", "-o", "JobID", "-S", "now").IsGood)
        {
            var age = values.GetValueOrDefault("MinJobAge", "a while").Replace(" sec", " s", StringComparison.Ordinal);
            Add(Finding.Note("accounting", $"none: finished jobs are forgotten after {age}; the results on disk decide"));
        }

        if (int.TryParse(values.GetValueOrDefault("MaxArraySize"), CultureInfo.InvariantCulture, out var most) && settings.Array >= most)
        {
            Add(Finding.Lack(
                "arrays",
                $"an array has at most {CountText.Of(most - 1, "task")} there, and the settings allow {settings.Array}",
                $"agents.slurm.array = {Math.Max(1, most - 1)}"));
        }
    }

    private void Add(Finding finding) => findings.Add(finding);

    private static string Names(IEnumerable<ClusterPartition> partitions) => string.Join(", ", partitions.Select(p => p.Name));
}
