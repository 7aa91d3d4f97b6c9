using System.Globalization;
using Composer.Agents.Attempts;
using Composer.Agents.Slurm;

namespace Composer.Agents.Tests.Slurm;

/// <summary>What becomes of a call of sbatch.</summary>
internal enum Submitting
{
    Works,

    /// <summary>Slurm takes no more.</summary>
    IsFull,

    /// <summary>Slurm refuses.</summary>
    IsRefused,

    /// <summary>It fails after it has submitted.</summary>
    WorksAndFails,

    /// <summary>It fails, and the job is there a minute later.</summary>
    FailsAndWorksLater,

    /// <summary>It fails without having done anything.</summary>
    Fails,
}

/// <summary>A made-up cluster: it runs so many jobs at once, and each has its fate.</summary>
internal sealed class FakeCluster : ISlurm
{
    private const int LaterFor = 60;

    private readonly List<(int At, Action Submit)> later = [];
    private int now;
    private int lastNumber = 100;

    /// <summary>Of a job, by its number among all.</summary>
    public Func<int, Fate> FateOf { get; set; } = _ => Fate.Good;

    /// <summary>Of a call of sbatch, by its number.</summary>
    public Func<int, Submitting> SubmittingOf { get; set; } = _ => Submitting.Works;

    public bool IsDown { get; set; }

    public bool HasAccounting { get; set; }

    /// <summary>How many run at once.</summary>
    public int Places { get; init; } = 1000;

    public List<FakeJob> Jobs { get; } = [];

    public int Submissions { get; private set; }

    public int Listings { get; private set; }

    /// <summary>
    /// The most attempts that waited or ran at once, without those that nobody wants any more and those of which nobody could know.
    /// </summary>
    public int Most { get; private set; }

    public List<string> Cancelled { get; } = [];

    public Task<string> SubmitAsync(string scriptFile, CancellationToken cancellation)
    {
        var submitting = IsDown ? Submitting.Fails : SubmittingOf(Submissions++);
        var id = "";
        switch (submitting)
        {
            case Submitting.Works or Submitting.WorksAndFails:
                id = Submit(scriptFile);
                break;
            case Submitting.FailsAndWorksLater:
                later.Add((now + LaterFor, () => Submit(scriptFile, isSecret: true)));
                break;
        }

        return submitting switch
        {
            Submitting.Works => Task.FromResult(id),
            Submitting.IsFull => throw new SlurmException(SlurmFault.Full, "AssocMaxSubmitJobLimit"),
            Submitting.IsRefused => throw new SlurmException(SlurmFault.Refused, "Invalid partition name specified"),
            _ => throw new SlurmException(SlurmFault.Unclear, "Socket timed out"),
        };
    }

    public Task<IReadOnlyList<SlurmSighting>> ListAsync(string name, CancellationToken cancellation)
    {
        Answer();
        Listings++;
        return Task.FromResult<IReadOnlyList<SlurmSighting>>(
            [.. Jobs.Where(j => j.IsKnown).Select(j => SlurmSighting.ParseListing($"{j.Id}|{j.Comment}|{j.Word}|{j.Reason}")!)]);
    }

    public Task<IReadOnlyList<SlurmSighting>> RememberAsync(IReadOnlyList<string> ids, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<SlurmSighting>>(HasAccounting
            ? [.. Jobs.Where(j => ids.Contains(j.Id)).Select(j => SlurmSighting.ParseAccounting($"{j.Id}|{j.Comment}|{j.Word}|0:0")!)]
            : []);

    public Task CancelAsync(IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        Answer();
        Cancelled.AddRange(ids);
        Jobs.Where(j => ids.Contains(j.Id)).ToList().ForEach(j => j.Cancel());
        return Task.CompletedTask;
    }

    /// <summary>A second passes.</summary>
    public void Tick()
    {
        now++;
        foreach (var (_, submit) in later.Where(l => l.At <= now).ToArray())
        {
            submit();
        }

        later.RemoveAll(l => l.At <= now);
        foreach (var job in Jobs.Where(j => j.Word == "PENDING").Take(Places - Jobs.Count(j => j.Word == "RUNNING")).ToArray())
        {
            job.Run();
        }

        Jobs.ForEach(j => j.Tick());
        Most = Math.Max(Most, Jobs.Where(j => j.IsAlive && !j.IsSecret).Select(j => j.AttemptPath).Distinct().Count(path => !AttemptFolder.At(path).IsGivenUp));
    }

    private void Answer()
    {
        if (IsDown)
        {
            throw new SlurmException(SlurmFault.Unclear, "Unable to contact slurm controller");
        }
    }

    private string Submit(string scriptFile, bool isSecret = false)
    {
        var folder = Path.GetDirectoryName(scriptFile)!;
        var attempts = File.ReadAllLines(Path.Combine(folder, "tasks"));
        var comment = File.ReadLines(scriptFile).First(l => l.Contains("--comment=", StringComparison.Ordinal)).Split('=')[1];
        var id = (++lastNumber).ToString(CultureInfo.InvariantCulture);
        for (var i = 0; i < attempts.Length; i++)
        {
            Jobs.Add(new FakeJob(attempts.Length > 1 ? $"{id}_{i}" : id, comment, attempts[i], FateOf(Jobs.Count), isSecret));
        }

        return id;
    }
}
