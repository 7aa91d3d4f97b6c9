using System.Globalization;
using System.Text.Json;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Core.Faults;
using Composer.Store.Durability;
using Composer.Store.Leases;
using Composer.Store.Records;
using Microsoft.Data.Sqlite;

namespace Composer.Store;

/// <content>The runs, and what they reached.</content>
public sealed partial class StageStore
{
    private const string RunColumns = "id, experiment, profile, manifest, started, finished, exit_code, pinned, settings";

    /// <summary>Notes the beginning of a run of this process.</summary>
    /// <param name="experiment">What is run.</param>
    /// <param name="profile">Empty when there is none.</param>
    /// <param name="manifest">The manifest file's bytes, as a blob.</param>
    /// <param name="settings">Values that the command line set, each <c>path=value</c>.</param>
    public RunRecord BeginRun(string experiment, string profile, Digest manifest, IReadOnlyList<string>? settings = null)
    {
        var started = time.GetUtcNow();
        var stem = string.Create(CultureInfo.InvariantCulture, $"{started:yyyyMMdd-HHmmss-fff}-{Environment.ProcessId:x}");
        var begun = index.InTransaction(() =>
        {
            var id = stem;
            for (var n = 2; HasRun(id); n++)
            {
                id = string.Create(CultureInfo.InvariantCulture, $"{stem}-{n}");
            }

            var run = new RunRecord(id, experiment, profile, manifest, started, null, null) { Settings = settings ?? [] };
            Insert(run, [], ProcessIdentity.Current);
            return run;
        });
        FaultInjection.Pass(PublishingPoint.RunBegun);
        return begun;
    }

    /// <summary>
    /// Notes keys that a run is about to look for: from now on gc keeps what it finds there. To be called
    /// before the look, so that nothing goes between the two.
    /// </summary>
    public void Reach(string run, IEnumerable<Digest> keys)
    {
        var reached = keys.ToArray();
        if (reached.Length == 0)
        {
            return;
        }

        index.InTransaction(() =>
        {
            foreach (var key in reached)
            {
                index.Execute("INSERT OR IGNORE INTO run_keys (run, key) VALUES ($run, $key)", ("$run", run), ("$key", key.ToString()));
            }
        });
    }

    /// <summary>Notes how a run ended and what became of its stages.</summary>
    public void EndRun(string id, int exitCode, IReadOnlyList<RunStage> stages)
    {
        FaultInjection.Pass(PublishingPoint.RunEnded);
        index.InTransaction(() =>
        {
            index.Execute(
                "UPDATE runs SET finished = $finished, exit_code = $code WHERE id = $id",
                ("$finished", time.GetUtcNow().ToUnixTimeMilliseconds()),
                ("$code", exitCode),
                ("$id", id));
            InsertStages(id, stages);
        });
        WriteFile(id);
        FaultInjection.Pass(PublishingPoint.RunRecorded);
    }

    /// <summary>The newest runs, newest first.</summary>
    public IReadOnlyList<RunRecord> Runs(int count) =>
        index.Query($"SELECT {RunColumns} FROM runs ORDER BY started DESC, id LIMIT $count", ReadRun, ("$count", count));

    /// <summary>The run of an id, or of the beginning of one that no other id has.</summary>
    /// <exception cref="UserInputException">There is none, or there are several.</exception>
    public RunRecord FindRun(string idOrPrefix)
    {
        var found = index.Query(
            $"SELECT {RunColumns} FROM runs WHERE substr(id, 1, length($id)) = $id ORDER BY id", ReadRun, ("$id", idOrPrefix));
        return (found.Count == 1 ? found[0] : found.FirstOrDefault(r => r.Id == idOrPrefix)) ?? throw new UserInputException(new Diagnostic(
            "CMP3001",
            DiagnosticSeverity.Error,
            found.Count == 0 ? $"There is no run '{idOrPrefix}'." : $"'{idOrPrefix}' begins the ids of {found.Count} runs.",
            Remedy: Suggestion.DidYouMean(idOrPrefix, Runs(100).Select(r => r.Id)) ?? "'composer runs' lists them."));
    }

    /// <summary>
    /// Whether the process of a run that has no end still runs; null when it is on another machine, or when nobody noted which it is.
    /// </summary>
    public bool? IsUnderWay(RunRecord run) => run.ExitCode is not null ? false : index.Query(
        "SELECT host, boot, process, process_started FROM runs WHERE id = $id",
        r => r.IsDBNull(0) ? null : new ProcessIdentity(r.GetString(0), r.GetString(1), r.GetInt32(2), r.GetInt64(3)),
        ("$id", run.Id)).FirstOrDefault()?.IsAlive();

    /// <summary>What became of each stage in a run, in the graph's order; empty until it ended.</summary>
    public IReadOnlyList<RunStage> StagesOf(string run) => index.Query(
        "SELECT name, kind, key, status FROM run_stages WHERE run = $run ORDER BY position",
        r => new RunStage(
            r.GetString(0),
            r.GetString(1),
            !r.IsDBNull(2) && Digest.TryParse(r.GetString(2), out var key) ? key : null,
            r.GetString(3)),
        ("$run", run));

    /// <summary>Every key that a run reached: those of its stages and those that <see cref="Reach"/> named.</summary>
    public IReadOnlyList<Digest> KeysOf(string run) =>
    [
        .. index.Query(
            "SELECT key FROM run_keys WHERE run = $run UNION SELECT key FROM run_stages WHERE run = $run AND key <> '' ORDER BY key",
            r => Digest.Parse(r.GetString(0)),
            ("$run", run)),
    ];

    /// <summary>Keeps a run and all that it reached, however old it grows; or lets it go again.</summary>
    public void Pin(string run, bool pinned)
    {
        index.Execute("UPDATE runs SET pinned = $pinned WHERE id = $id", ("$pinned", pinned ? 1 : 0), ("$id", run));
        WriteFile(run);
    }

    /// <summary>Keeps what the index knows of a run beside it too, for when it is built again.</summary>
    private void WriteFile(string id)
    {
        if (index.Query($"SELECT {RunColumns} FROM runs WHERE id = $id", ReadRun, ("$id", id)) is not [var run])
        {
            return;
        }

        try
        {
            runFiles.Write(run, StagesOf(id), KeysOf(id));
        }
        catch (Exception e) when (StorageFailure.Explain(e, "The store " + Root) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>Enters a run with its stages and other keys, in a transaction of the caller's.</summary>
    internal void Insert(RunRecord run, IReadOnlyList<RunStage> stages, ProcessIdentity? process)
    {
        index.Execute(
            """
            INSERT INTO runs (id, experiment, profile, manifest, started, finished, exit_code, pinned, settings,
                host, boot, process, process_started)
            VALUES ($id, $experiment, $profile, $manifest, $started, $finished, $code, $pinned, $settings,
                $host, $boot, $process, $began)
            """,
            ("$id", run.Id),
            ("$experiment", run.Experiment),
            ("$profile", run.Profile),
            ("$manifest", run.Manifest.ToString()),
            ("$started", run.Started.ToUnixTimeMilliseconds()),
            ("$finished", run.Finished?.ToUnixTimeMilliseconds() ?? (object)DBNull.Value),
            ("$code", run.ExitCode ?? (object)DBNull.Value),
            ("$pinned", run.Pinned ? 1 : 0),
            ("$settings", JsonSerializer.Serialize(run.Settings)),
            ("$host", process?.Host ?? (object)DBNull.Value),
            ("$boot", process?.Boot ?? (object)DBNull.Value),
            ("$process", process?.Process ?? (object)DBNull.Value),
            ("$began", process?.Started ?? (object)DBNull.Value));
        InsertStages(run.Id, stages);
    }

    internal bool HasRun(string id) => index.Query("SELECT 1 FROM runs WHERE id = $id", _ => true, ("$id", id)).Count > 0;

    private void InsertStages(string run, IReadOnlyList<RunStage> stages)
    {
        for (var i = 0; i < stages.Count; i++)
        {
            index.Execute(
                "INSERT OR REPLACE INTO run_stages (run, position, name, kind, key, status) VALUES ($run, $position, $name, $kind, $key, "
                + "$status)",
                ("$run", run),
                ("$position", i),
                ("$name", stages[i].Name),
                ("$kind", stages[i].Kind),
                ("$key", stages[i].Key?.ToString() ?? ""),
                ("$status", stages[i].Status));
        }
    }

    private static RunRecord ReadRun(SqliteDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetString(2),
        Digest.Parse(row.GetString(3)),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
        row.IsDBNull(5) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)),
        row.IsDBNull(6) ? null : row.GetInt32(6),
        row.GetInt32(7) != 0)
    {
        Settings = JsonSerializer.Deserialize<string[]>(row.GetString(8)) ?? [],
    };
}
