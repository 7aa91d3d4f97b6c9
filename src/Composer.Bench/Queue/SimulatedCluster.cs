using System.Globalization;
using Composer.Agents.Attempts;
using Composer.Agents.Slurm;
using Composer.Core;
using Composer.Core.Json;
using Composer.Pipeline.Jobs;

namespace Composer.Bench.Queue;

/// <summary>A scheduler and its nodes: they compute nothing, and write the files that runners write.</summary>
/// <param name="places">Jobs that run at once.</param>
/// <param name="secondsOfUnit">What an evaluation takes.</param>
internal sealed class SimulatedCluster(int places, int secondsOfUnit) : ISlurm
{
    /// <summary>As Slurm's MinJobAge: so long it tells of what has ended.</summary>
    private const int RememberedFor = 300;

    private const int BeatSeconds = 5;

    private readonly Queue<SimulatedJob> pending = new();
    private readonly List<SimulatedJob> running = [];
    private readonly Dictionary<string, SimulatedJob> known = new(StringComparer.Ordinal);
    private readonly Queue<SimulatedJob> ended = new();
    private int lastNumber;
    private int now;

    public int Listings { get; private set; }

    /// <summary>The longest listing, in lines.</summary>
    public int LongestListing { get; private set; }

    public int Submissions { get; private set; }

    public int Tasks { get; private set; }

    /// <summary>The most that waited and ran at once.</summary>
    public int Most { get; private set; }

    /// <summary>Units that were computed, those that were computed again among them.</summary>
    public int Computed { get; private set; }

    public Task<string> SubmitAsync(string scriptFile, CancellationToken cancellation)
    {
        var id = (++lastNumber).ToString(CultureInfo.InvariantCulture);
        var attempts = File.ReadAllLines(Path.Combine(Path.GetDirectoryName(scriptFile)!, "tasks"));
        var comment = File.ReadLines(scriptFile).First(l => l.Contains("--comment=", StringComparison.Ordinal)).Split('=')[1];
        for (var i = 0; i < attempts.Length; i++)
        {
            var job = new SimulatedJob(attempts.Length > 1 ? string.Create(CultureInfo.InvariantCulture, $"{id}_{i}") : id, comment, attempts[i]);
            pending.Enqueue(job);
            known[job.Id] = job;
        }

        Submissions++;
        Tasks += attempts.Length;
        Most = Math.Max(Most, pending.Count + running.Count);
        return Task.FromResult(id);
    }

    public Task<IReadOnlyList<SlurmSighting>> ListAsync(string name, CancellationToken cancellation)
    {
        // Through the text, as the client has it.
        IReadOnlyList<SlurmSighting> seen = [.. known.Values.Select(j => SlurmSighting.ParseListing($"{j.Id}|{j.Comment}|{j.Word}|None")!)];
        Listings++;
        LongestListing = Math.Max(LongestListing, seen.Count);
        return Task.FromResult(seen);
    }

    public Task<IReadOnlyList<SlurmSighting>> RememberAsync(IReadOnlyList<string> ids, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<SlurmSighting>>([]);

    public Task CancelAsync(IReadOnlyList<string> ids, CancellationToken cancellation) =>
        throw new NotSupportedException("Nothing is cancelled here.");

    /// <summary>A second passes.</summary>
    public void Tick()
    {
        now++;
        while (running.Count < places && pending.TryDequeue(out var next))
        {
            next.Begin(now);
            running.Add(next);
        }

        for (var i = running.Count - 1; i >= 0; i--)
        {
            var job = running[i];
            if ((now - job.Began) % BeatSeconds == 0)
            {
                job.Beat();
            }

            if ((now - job.Began) % secondsOfUnit == 0 && now > job.Began)
            {
                Computed++;
                if (job.FinishUnit(secondsOfUnit))
                {
                    job.EndedAt = now;
                    ended.Enqueue(job);
                    running[i] = running[^1];
                    running.RemoveAt(running.Count - 1);
                }
            }
        }

        while (ended.TryPeek(out var old) && old.EndedAt + RememberedFor < now)
        {
            known.Remove(ended.Dequeue().Id);
        }
    }

    /// <summary>A job, and the node that runs it.</summary>
    private sealed class SimulatedJob(string id, string comment, string attemptPath)
    {
        /// <summary>About as long as what an evaluation leaves: a curve of 200 epochs.</summary>
        private const int OutputBytes = 4096;

        private AttemptFolder? attempt;
        private Job? job;
        private int units;
        private long beats;
        private long eventBytes;

        public string Id { get; } = id;

        public string Comment { get; } = comment;

        public string Word { get; private set; } = "PENDING";

        public int Began { get; private set; }

        public int EndedAt { get; set; }

        public void Begin(int now)
        {
            (Word, Began, attempt) = ("RUNNING", now, AttemptFolder.At(attemptPath));
            job = ComposerJson.Read<Job>(File.ReadAllBytes(attempt.JobFile));
            File.WriteAllBytes(attempt.StartedFile, ComposerJson.Write(new AttemptStart("node", 1, Id, null, DateTimeOffset.UnixEpoch)));
        }

        public void Beat() =>
            File.WriteAllBytes(attempt!.HeartbeatFile, ComposerJson.Write(new AttemptHeartbeat(++beats, DateTimeOffset.UnixEpoch)));

        /// <returns>Whether it was the last.</returns>
        public bool FinishUnit(double seconds)
        {
            var key = job!.Units[units++].Key;
            var file = $"{key}-{EvaluationKind.Output}";
            var content = System.Text.Encoding.ASCII.GetBytes($"\"{key.ToString().PadRight(OutputBytes)}\"");
            File.WriteAllBytes(Path.Combine(job.Folder, file), content);
            var happened = new JobEvent(Finished: new UnitResult(
                key, new Dictionary<string, string> { [EvaluationKind.Output] = file }, new Dictionary<string, string>(), seconds));
            using (var events = new FileStream(attempt!.EventsFile, FileMode.Append))
            {
                events.Write(ComposerJson.Write(new AttemptEvent(happened, new Dictionary<string, Digest> { [file] = Digest.Of(content) })));
                events.WriteByte((byte)'\n');
                eventBytes = events.Length;
            }

            if (units < job.Units.Count)
            {
                return false;
            }

            File.WriteAllBytes(attempt.ResultFile, ComposerJson.Write(new AttemptResult(new JobResult(), null, eventBytes)));
            Word = "COMPLETED";
            return true;
        }
    }
}
