using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Composer.Agents.Slurm;
using Composer.Core.Files;
using Composer.Core.Json;
using Composer.Core.Text;
using Composer.Manifests.Model;
using Composer.Pipeline;
using Composer.Pipeline.Jobs;
using Composer.Stages.Hardware;

namespace Composer.Agents.Checkup.Cluster;

/// <summary>
/// A job of a minute at most in each partition, which reads a file of this machine's, writes one beside it and starts the executable.
/// </summary>
internal sealed class NodeProbe(
    SlurmSection settings, Workspace workspace, string executable, IClusterClient client, TimeProvider time)
{
    private const string Name = "composer-doctor";
    private const string Subject = "node";

    /// <summary>How long all of it may take.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>How long a file may take from a node to here, once its job has ended.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(15);

    /// <summary>The same where the job failed: what it has not written will not come.</summary>
    private static readonly TimeSpan LateFailure = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan BetweenListings = TimeSpan.FromSeconds(1);

    /// <summary>How far a clock is ahead or behind before it is worth a word.</summary>
    private static readonly TimeSpan ClocksApart = TimeSpan.FromSeconds(3);

    /// <summary>Waits between looks; tests have no time for that.</summary>
    internal Action<TimeSpan> Wait { get; init; } = span => Thread.Sleep(span);

    /// <summary>Probes each partition, all at once.</summary>
    public IReadOnlyList<Finding> Run(IReadOnlyList<SlurmPartitionSection> partitions)
    {
        var root = Path.Combine(workspace.Artifacts, $".doctor-slurm-{Environment.ProcessId}");
        var jobs = partitions.Select((p, i) => new ProbeJob(p, Path.Combine(root, i.ToString(CultureInfo.InvariantCulture)))).ToArray();
        try
        {
            foreach (var job in jobs)
            {
                Submit(job);
            }

            WaitForAll(jobs);
            return [.. jobs.SelectMany(FindingsOf)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [Finding.Lack(Subject, $"{root} cannot be written: {e.Message.TrimEnd('.')}", "--artifacts FOLDER")];
        }
        finally
        {
            string[] open = [.. jobs.Where(j => j.Id is not null && !j.IsOver).Select(j => j.Id!)];
            if (open.Length > 0)
            {
                client.Call("scancel", ["--quiet", .. open]);
            }

            Remove(root);
        }
    }

    private void Submit(ProbeJob job)
    {
        // A folder called experiments makes it a workspace of its own, in which composer looks at the node.
        Directory.CreateDirectory(Path.Combine(job.Folder, "experiments"));
        job.Nonce = $"{Environment.MachineName} {Environment.ProcessId} {time.GetUtcNow():O}";
        job.Began = time.GetUtcNow();
        WholeFile.Durable.Write(job.Question, ComposerJson.Write(job.Nonce));
        var gpus = job.Partition.Gpus > 0 ? 1 : 0;
        var request = SlurmRequest.For(
            settings with { Partition = [job.Partition with { Stages = [] }] },
            Name,
            threads: 1,
            ranks: 1,
            StageNeeds.None with { Gpus = gpus })!;
        var script = SlurmScript.Of(
            new SlurmSubmission(Name, Name, job.Folder, request with { Time = Longest, MemoryGb = 0 }, []),
            settings,
            SlurmScript.EnvironmentOfThis(),
            job.Lines([.. settings.Launcher, executable]));
        File.WriteAllText(job.Script, script);
        var answer = client.Call("sbatch", "--parsable", job.Script);
        job.Id = answer.IsGood ? answer.Output.Trim().Split(';')[0] : null;
        job.Refusal = answer.IsGood ? null : answer.Error;
    }

    private void WaitForAll(IReadOnlyList<ProbeJob> jobs)
    {
        var began = time.GetTimestamp();
        var listed = began;
        while (jobs.Any(j => !j.IsOver) && time.GetElapsedTime(began) < Longest)
        {
            Wait(Pause);
            var lists = time.GetElapsedTime(listed) >= BetweenListings;
            var states = lists ? States() : [];
            listed = lists ? time.GetTimestamp() : listed;
            foreach (var job in jobs.Where(j => !j.IsOver))
            {
                job.HasAnswered = File.Exists(job.Answer);
                if (job.HasAnswered)
                {
                    job.Seen = time.GetUtcNow();
                }
                else if (lists && states.TryGetValue(job.Id!, out var sighting))
                {
                    job.Sighting = sighting;
                    job.Ended ??= sighting.HasEnded ? time.GetTimestamp() : null;
                    job.IsLost = job.Ended is { } ended
                        && time.GetElapsedTime(ended) >= (sighting.State == SlurmState.Completed ? Late : LateFailure);
                }
            }
        }
    }

    private Dictionary<string, SlurmSighting> States() => SlurmSighting.ById(
        client.Call("squeue", SlurmSighting.ListingOf(Name)).Lines.Select(SlurmSighting.ParseListing).OfType<SlurmSighting>());

    private IEnumerable<Finding> FindingsOf(ProbeJob job)
    {
        var where = job.Partition.Name.Length > 0 ? $"partition {job.Partition.Name}" : "the default partition";
        if (job.Refusal is { } refusal)
        {
            yield return Finding.Lack(
                Subject,
                $"{where} refuses a job: {refusal}",
                "agents.slurm.account = \"…\" and directives = [\"--qos=…\"], as your cluster's manual has them");
        }
        else if (job.HasAnswered)
        {
            foreach (var finding in Answered(job, where))
            {
                yield return finding;
            }
        }
        else if (job.IsLost)
        {
            yield return Finding.Lack(
                Subject,
                $"a job in {where} ended ({job.Sighting!.Word} {job.Sighting.Reason}".TrimEnd()
                + $") and left nothing to be seen in {job.Folder}{LastWords(job)}",
                "--artifacts FOLDER on a file system that nodes and this machine share", $"srun -N 1 ls -d {workspace.Artifacts}");
        }
        else
        {
            yield return Finding.Note(
                Subject,
                $"a job in {where} is not done within {ElapsedText.Of(Longest.TotalSeconds)} "
                + $"({(job.Sighting is { } seen ? $"{seen.Word} {seen.Reason}".TrimEnd() : "not listed")}): what its nodes see is not known",
                "composer doctor --agent slurm, when the queue is shorter", "composer doctor --agent slurm --no-probe");
        }
    }

    private IEnumerable<Finding> Answered(ProbeJob job, string where)
    {
        var host = Text(job.Host) is { Length: > 0 } name ? name : where;
        if (Text(job.Answer) != Text(job.Question))
        {
            yield return Finding.Lack(
                Subject,
                $"{host} sees another {job.Question} than this machine wrote",
                "--artifacts FOLDER on a file system that nodes and this machine share");
            yield break;
        }

        if (Text(job.Version + ".code") != "0")
        {
            yield return Finding.Lack(
                Subject,
                $"{host} cannot start {executable}: {FirstLine(job.Version)}",
                "[agents.slurm] setup = [\"export DOTNET_ROOT=FOLDER\"], a .NET 10 that nodes see",
                "dotnet publish src/Composer.Cli -c Release --self-contained -o FOLDER that nodes see, which needs no .NET");
            yield break;
        }

        if (Facts(job) is not { } facts)
        {
            yield return Finding.Lack(
                Subject,
                $"{host}: composer starts there, and cannot look at it: {FirstLine(job.FactsLog)}",
                $"srun -N 1 {executable} doctor");
            yield break;
        }

        yield return Finding.Fine(
            Subject,
            $"{host} of {where} sees and writes {workspace.Artifacts}; composer starts there: {facts.Name}, {CountText.Of(facts.Cores, "core")}, "
            + $"{facts.Processor}, {facts.Runtime}{GpusOf(job, facts)}");
        foreach (var finding in Differences(job, host, facts))
        {
            yield return finding;
        }
    }

    private static IEnumerable<Finding> Differences(ProbeJob job, string host, NodeFacts facts)
    {
        const string alike = "constraint = \"FEATURE\" in [[agents.slurm.partition]], where not all of its nodes are alike";
        var expected = job.Partition.Processor.Length > 0 ? job.Partition.Processor : HardwarePolicy.ThisProcessor;
        var said = job.Partition.Processor.Length > 0 ? "the settings say" : "this machine is";
        if (facts.Processor != expected)
        {
            var differs = $"{host} is {facts.Processor}, and {said} {expected}: it computes other bits, and keys must say so";
            string[] remedies = [$"processor = \"{facts.Processor}\" in [[agents.slurm.partition]]", alike];
            yield return expected.EndsWith("-" + facts.InstructionSet, StringComparison.Ordinal)
                ? Finding.Note(Subject, $"{differs}, where the engine is torch on the processor; those of the engine cpu are the same", remedies)
                : Finding.Lack(Subject, differs, remedies);
        }

        if (job.Partition.Gpus > 0 && facts.Gpus == 0)
        {
            yield return Finding.Note(
                Subject, $"Slurm gives {host} a GPU, and no NVIDIA driver shows it there: jobs that need one fail", "srun --gres=gpu:1 nvidia-smi");
        }
        else if (job.Partition.Gpus > 0 && facts.Capability != job.Partition.Capability)
        {
            yield return Finding.Lack(
                Subject,
                $"{host}'s GPUs have compute capability {facts.Capability}, and the settings say "
                + $"{(job.Partition.Capability.Length > 0 ? job.Partition.Capability : "nothing")}: keys must name it",
                $"capability = \"{facts.Capability}\" in [[agents.slurm.partition]]",
                alike);
        }

        // The node's clock was read between the submission and the sight of its answer.
        var apart = facts.At < job.Began ? facts.At - job.Began : facts.At > job.Seen ? facts.At - job.Seen : TimeSpan.Zero;
        if (apart.Duration() > ClocksApart)
        {
            yield return Finding.Note(
                Subject,
                $"{host}'s clock is {ElapsedText.Of(apart.Duration().TotalSeconds)} {(apart > TimeSpan.Zero ? "ahead" : "behind")}: no result depends on it");
        }
    }

    private static string GpusOf(ProbeJob job, NodeFacts facts) =>
        job.Partition.Gpus == 0 || facts.Gpus == 0 ? "" : $", a GPU of compute capability {facts.Capability}";

    private static NodeFacts? Facts(ProbeJob job)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(job.Facts))?["here"] is { } here
                ? ComposerJson.Read<NodeFacts>(System.Text.Encoding.UTF8.GetBytes(here.ToJsonString()))
                : null;
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or InvalidDataException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string LastWords(ProbeJob job) => FirstLine(job.Log) is { Length: > 0 } line ? $": {line}" : "";

    private static string FirstLine(string file) =>
        Text(file).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? "";

    private static string Text(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllText(file).Trim() : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>A job that is cancelled may still write.</summary>
    private void Remove(string folder)
    {
        for (var left = 20; left > 0 && Directory.Exists(folder); left--)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Wait(Pause);
            }
        }
    }
}
