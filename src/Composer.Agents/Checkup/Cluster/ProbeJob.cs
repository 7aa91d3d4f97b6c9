using Composer.Agents.Slurm;
using Composer.Manifests.Model;

namespace Composer.Agents.Checkup.Cluster;

/// <summary>A probe of one partition, and what is known of it. Not thread-safe.</summary>
/// <param name="partition">Where it runs.</param>
/// <param name="folder">Its own.</param>
internal sealed class ProbeJob(SlurmPartitionSection partition, string folder)
{
    public SlurmPartitionSection Partition { get; } = partition;

    public string Folder { get; } = folder;

    /// <summary>Written here, read there.</summary>
    public string Question => Path.Combine(Folder, "question");

    /// <summary>The question as the node read it; named last.</summary>
    public string Answer => Path.Combine(Folder, "answer");

    /// <summary>The node's name.</summary>
    public string Host => Path.Combine(Folder, "host");

    /// <summary>What <c>composer --version</c> printed; its exit code beside it.</summary>
    public string Version => Path.Combine(Folder, "version");

    /// <summary>What <c>composer doctor --json</c> printed there.</summary>
    public string Facts => Path.Combine(Folder, "facts.json");

    public string FactsLog => Path.Combine(Folder, "facts.log");

    public string Script => Path.Combine(Folder, "script.sh");

    public string Log => Path.Combine(Folder, "log");

    /// <summary>What this probe alone asks.</summary>
    public string Nonce { get; set; } = "";

    /// <summary>When it was submitted, by this machine's clock.</summary>
    public DateTimeOffset Began { get; set; }

    /// <summary>When its answer was seen, by this machine's clock.</summary>
    public DateTimeOffset Seen { get; set; }

    /// <summary>Slurm's number; null: it was refused.</summary>
    public string? Id { get; set; }

    /// <summary>Why it was refused.</summary>
    public string? Refusal { get; set; }

    /// <summary>As the last listing had it.</summary>
    public SlurmSighting? Sighting { get; set; }

    /// <summary>When a listing first had it as ended: a timestamp.</summary>
    public long? Ended { get; set; }

    public bool HasAnswered { get; set; }

    /// <summary>Whether it ended long ago and left nothing to be seen.</summary>
    public bool IsLost { get; set; }

    public bool IsOver => Refusal is not null || HasAnswered || IsLost;

    /// <summary>What it runs.</summary>
    /// <param name="command">The executable, behind what launches it.</param>
    public string Lines(IEnumerable<string> command)
    {
        var program = string.Join(' ', command.Select(SlurmScript.Quoted));
        return $$"""
            cd {{SlurmScript.Quoted(Folder)}} || exit 1
            echo "${SLURMD_NODENAME:-$(uname -n)}" > host
            {{program}} --version > version 2>&1
            echo $? > version.code
            {{program}} doctor --json --agent local --artifacts . > facts.json 2> facts.log
            cat question > answer.part && mv answer.part answer

            """.ReplaceLineEndings("\n");
    }
}
