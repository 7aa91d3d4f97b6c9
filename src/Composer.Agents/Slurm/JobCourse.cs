using Composer.Core;
using Composer.Pipeline.Jobs;

namespace Composer.Agents.Slurm;

/// <summary>How far a job has come over all of its attempts: a unit that one finished is not computed by the next.</summary>
/// <param name="job">The job.</param>
/// <param name="events">Told each unit once, and all else that happens.</param>
internal sealed class JobCourse(Job job, Action<JobEvent> events)
{
    private readonly Lock gate = new();
    private readonly HashSet<Digest> left = [.. job.Units.Select(u => u.Key)];
    private readonly Dictionary<(Digest Unit, string File), Digest> files = [];
    private bool hasBegun;

    /// <summary>Whether every unit is finished.</summary>
    public bool IsComplete
    {
        get
        {
            lock (gate)
            {
                return left.Count == 0;
            }
        }
    }

    /// <summary>Two attempts that made different bits of the same unit, in a sentence; null when none did.</summary>
    public string? Difference { get; private set; }

    /// <summary>The job with what is left to compute.</summary>
    public Job Rest()
    {
        lock (gate)
        {
            return job with { Units = [.. job.Units.Where(u => left.Contains(u.Key))] };
        }
    }

    /// <summary>Takes what happened in an attempt.</summary>
    /// <param name="happened">What.</param>
    /// <param name="digests">Of the files of a finished unit.</param>
    public void Take(JobEvent happened, IReadOnlyDictionary<string, Digest> digests)
    {
        lock (gate)
        {
            if (happened.Finished is { } unit)
            {
                // The first valid result counts; one that differs is no result of the same computation.
                Compare(unit, digests);
                if (!left.Remove(unit.Key))
                {
                    return;
                }
            }

            if (happened.Began)
            {
                if (hasBegun)
                {
                    return;
                }

                hasBegun = true;
            }
        }

        events(happened);
    }

    private void Compare(UnitResult unit, IReadOnlyDictionary<string, Digest> digests)
    {
        foreach (var (name, file) in unit.Outputs)
        {
            if (!digests.TryGetValue(file, out var digest))
            {
                continue;
            }

            if (!files.TryGetValue((unit.Key, name), out var first))
            {
                files[(unit.Key, name)] = digest;
            }
            else if (first != digest)
            {
                Difference ??= $"two attempts at {job.Id} made different bits of {unit.Key.Short}'s '{name}': {first.Short} and "
                    + $"{digest.Short}; the first counts. 'composer run --check' looks for what is not reproducible";
            }
        }
    }
}
