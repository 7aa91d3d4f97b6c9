using System.Globalization;
using Composer.Core;
using Composer.Core.Faults;
using Composer.Store.Blobs;
using Composer.Store.Records;
using Microsoft.Data.Sqlite;

namespace Composer.Store.Index;

/// <summary>
/// The index over stage records: WAL, synchronous FULL, one writer at a time, writers begin IMMEDIATE.
/// It can be built again from the records beside the blobs.
/// </summary>
/// <remarks>Safe to share between threads: one connection behind a lock.</remarks>
internal sealed class SqliteIndex : IDisposable
{
    private static readonly string[] StageTables = ["stages", "preimage", "outputs", "beside"];

    private readonly string path;
    private readonly SqliteConnection connection;
    private readonly SqliteContention contention;
    private readonly Dictionary<string, SqliteCommand> commands = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private bool inTransaction;

    /// <exception cref="IOException">The index cannot be opened; the message says what to do.</exception>
    /// <exception cref="InvalidDataException">It is of a newer composer.</exception>
    public SqliteIndex(string path, TimeProvider? time = null, Fault? fault = null)
    {
        this.path = path;
        contention = new SqliteContention(path, time ?? TimeProvider.System, fault);
        connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,

            // Seconds that one statement waits for a lock; how long in all, SqliteContention decides.
            DefaultTimeout = 1,
        }.ToString());
        try
        {
            contention.Wait(connection.Open);
            Execute("PRAGMA journal_mode = WAL");
            Execute("PRAGMA synchronous = FULL");
            Migrate();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var command in commands.Values)
            {
                command.Dispose();
            }

            commands.Clear();
            connection.Dispose();
        }
    }

    public StageRecord? Find(Digest key) =>
        Query("SELECT * FROM stages WHERE key = $key", ReadStage, ("$key", key.ToString())).FirstOrDefault()?.Load(this);

    public bool Contains(Digest key) =>
        Query("SELECT 1 FROM stages WHERE key = $key", _ => true, ("$key", key.ToString())).Count > 0;

    /// <summary>The newest records of a label or, without one, of a kind.</summary>
    public IReadOnlyList<StageRecord> Newest(string kind, string? label, int count) =>
        [.. Query(
            label is null
                ? "SELECT * FROM stages WHERE kind = $kind ORDER BY created DESC, key LIMIT $count"
                : "SELECT * FROM stages WHERE kind = $kind AND label = $label ORDER BY created DESC, key LIMIT $count",
            ReadStage,
            ("$kind", kind),
            ("$label", label ?? ""),
            ("$count", count)).Select(s => s.Load(this))];

    /// <summary>Enters records; those that are in already stay as they are.</summary>
    public void Add(IReadOnlyList<StageRecord> records) => InTransaction(() =>
    {
        foreach (var record in records)
        {
            var key = record.Key.ToString();
            var added = Execute(
                "INSERT OR IGNORE INTO stages (key, kind, label, output, created, seconds, machine) VALUES ($key, $kind, $label, "
                + "$output, $created, $seconds, $machine)",
                ("$key", key),
                ("$kind", record.Kind),
                ("$label", record.Label),
                ("$output", record.Output.ToString()),
                ("$created", record.Created.ToUnixTimeMilliseconds()),
                ("$seconds", record.Seconds),
                ("$machine", record.Machine));
            if (added == 0)
            {
                continue;
            }

            for (var i = 0; i < record.Preimage.Count; i++)
            {
                var field = record.Preimage[i];
                Execute(
                    "INSERT INTO preimage (key, position, path, type, value) VALUES ($key, $position, $path, $type, $value)",
                    ("$key", key),
                    ("$position", i),
                    ("$path", field.Path),
                    ("$type", field.Type.ToString()),
                    ("$value", field.Value));
            }

            AddBlobs(key, "outputs", record.Outputs);
            AddBlobs(key, "beside", record.Beside);
        }
    });

    public void Remove(Digest key) => InTransaction(() =>
    {
        foreach (var table in StageTables)
        {
            Execute($"DELETE FROM {table} WHERE key = $key", ("$key", key.ToString()));
        }
    });

    /// <summary>Forgets all stages; runs and leases stay.</summary>
    public void RemoveAll() => InTransaction(() =>
    {
        foreach (var table in StageTables)
        {
            Execute($"DELETE FROM {table}");
        }
    });

    /// <exception cref="DamagedIndexException">Pages contradict each other.</exception>
    public void CheckIntegrity()
    {
        if (Query("PRAGMA integrity_check(1)", r => r.GetString(0)) is not ["ok"])
        {
            throw new DamagedIndexException(path);
        }
    }

    public IReadOnlyList<(string Kind, long Count, double Seconds, long Bytes)> Totals() =>
        Query(
            """
            SELECT kind, COUNT(*), SUM(seconds),
                   (SELECT COALESCE(SUM(size), 0) FROM
                       (SELECT DISTINCT digest, size FROM outputs JOIN stages AS s USING (key) WHERE s.kind = stages.kind))
            FROM stages GROUP BY kind ORDER BY kind
            """,
            r => (r.GetString(0), r.GetInt64(1), r.GetDouble(2), r.GetInt64(3)));

    /// <summary>Runs a body as the only writer; what it wrote is there as a whole or not at all.</summary>
    /// <remarks>Inside another transaction it is a part of that one.</remarks>
    public T InTransaction<T>(Func<T> body)
    {
        lock (gate)
        {
            if (inTransaction)
            {
                return body();
            }

            Execute("BEGIN IMMEDIATE");
            inTransaction = true;
            try
            {
                var result = body();
                Execute("COMMIT");
                return result;
            }
            catch
            {
                Rollback();
                throw;
            }
            finally
            {
                inTransaction = false;
            }
        }
    }

    public void InTransaction(Action body) => InTransaction(() =>
    {
        body();
        return true;
    });

    public int Execute(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        lock (gate)
        {
            var command = Command(sql, parameters);
            return contention.Wait(command.ExecuteNonQuery);
        }
    }

    /// <summary>Writes what can be found out again: it waits for no disk, and the next transaction that does takes it along.</summary>
    public void Remember(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        lock (gate)
        {
            if (inTransaction)
            {
                Execute(sql, parameters);
                return;
            }

            Execute("PRAGMA synchronous = NORMAL");
            try
            {
                Execute(sql, parameters);
            }
            finally
            {
                Execute("PRAGMA synchronous = FULL");
            }
        }
    }

    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        lock (gate)
        {
            var command = Command(sql, parameters);
            return contention.Wait(() =>
            {
                using var reader = command.ExecuteReader();
                var rows = new List<T>();
                while (reader.Read())
                {
                    rows.Add(read(reader));
                }

                return rows;
            });
        }
    }

    private void Rollback()
    {
        try
        {
            using var rollback = connection.CreateCommand();
            rollback.CommandText = "ROLLBACK";
            rollback.ExecuteNonQuery();
        }
        catch (SqliteException)
        {
            // SQLite has rolled back itself, as it does when the disk is full; the first error is the one to tell.
        }
    }

    private static StageRow ReadStage(SqliteDataReader row) => new(
        Digest.Parse(row.GetString(0)),
        row.GetString(1),
        row.GetString(2),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
        row.GetDouble(5),
        row.GetString(6));

    /// <summary>The prepared command of a text with these values; one of a text at a time, behind the gate.</summary>
    private SqliteCommand Command(string sql, ReadOnlySpan<(string Name, object Value)> parameters)
    {
        if (!commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            commands.Add(sql, command);
        }

        command.Parameters.Clear();
        foreach (var (name, value) in parameters)
        {
            if (sql.Contains(name, StringComparison.Ordinal))
            {
                command.Parameters.AddWithValue(name, value);
            }
        }

        return command;
    }

    private void AddBlobs(string key, string table, IReadOnlyDictionary<string, BlobReference> blobs)
    {
        foreach (var (name, blob) in blobs)
        {
            Execute(
                $"INSERT INTO {table} (key, name, digest, size) VALUES ($key, $name, $digest, $size)",
                ("$key", key),
                ("$name", name),
                ("$digest", blob.Digest.ToString()),
                ("$size", blob.Size));
        }
    }

    /// <summary>The outputs of a record and what lies beside them, in one query: plans ask for many.</summary>
    private (SortedDictionary<string, BlobReference> Outputs, SortedDictionary<string, BlobReference> Beside) Blobs(Digest key)
    {
        var (outputs, beside) = (
            new SortedDictionary<string, BlobReference>(StringComparer.Ordinal),
            new SortedDictionary<string, BlobReference>(StringComparer.Ordinal));
        var rows = Query(
            "SELECT 0, name, digest, size FROM outputs WHERE key = $key UNION ALL SELECT 1, name, digest, size FROM beside WHERE key = "
            + "$key",
            r => (IsBeside: r.GetInt32(0) == 1, Name: r.GetString(1), Blob: new BlobReference(Digest.Parse(r.GetString(2)), r.GetInt64(3))),
            ("$key", key.ToString()));
        foreach (var row in rows)
        {
            (row.IsBeside ? beside : outputs).Add(row.Name, row.Blob);
        }

        return (outputs, beside);
    }

    private List<PreimageField> Preimage(Digest key) => Query(
        "SELECT path, type, value FROM preimage WHERE key = $key ORDER BY position",
        r => new PreimageField(r.GetString(0), r.GetString(1)[0], r.GetString(2)),
        ("$key", key.ToString()));

    private void Migrate()
    {
        if (Version() is var version && version > Schema.Versions.Count)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"The index {path} is of version {version}; this composer knows versions up to {Schema.Versions.Count}. Use the newer "
                + $"composer."));
        }

        if (version == Schema.Versions.Count)
        {
            return;
        }

        InTransaction(() =>
        {
            // Another coordinator may have done it while this one waited for the lock.
            for (var next = Version(); next < Schema.Versions.Count; next++)
            {
                Execute(Schema.Versions[next]);
                Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {next + 1}"));
            }
        });
    }

    private int Version() => Query("PRAGMA user_version", r => r.GetInt32(0))[0];

    private sealed record StageRow(Digest Key, string Kind, string Label, DateTimeOffset Created, double Seconds, string Machine)
    {
        public StageRecord Load(SqliteIndex index)
        {
            var (outputs, beside) = index.Blobs(Key);
            return new StageRecord(
                Key, Kind, Label, new DeferredList<PreimageField>(() => index.Preimage(Key)), outputs, beside, Created, Seconds, Machine);
        }
    }
}
