namespace Composer.Store.Index;

/// <summary>The tables, by version. A version that was released never changes; the next one migrates from it.</summary>
internal static class Schema
{
    public const string Version1 =
        """
        CREATE TABLE stages (
            key TEXT PRIMARY KEY, kind TEXT NOT NULL, label TEXT NOT NULL, output TEXT NOT NULL,
            created INTEGER NOT NULL, seconds REAL NOT NULL, machine TEXT NOT NULL) WITHOUT ROWID;
        CREATE INDEX stages_by_label ON stages (kind, label, created);
        CREATE INDEX stages_by_kind ON stages (kind, created);
        CREATE TABLE preimage (
            key TEXT NOT NULL, position INTEGER NOT NULL, path TEXT NOT NULL, type TEXT NOT NULL, value TEXT NOT NULL,
            PRIMARY KEY (key, position)) WITHOUT ROWID;
        CREATE TABLE outputs (
            key TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, size INTEGER NOT NULL,
            PRIMARY KEY (key, name)) WITHOUT ROWID;
        CREATE TABLE beside (
            key TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, size INTEGER NOT NULL,
            PRIMARY KEY (key, name)) WITHOUT ROWID;
        CREATE TABLE leases (
            key TEXT PRIMARY KEY, host TEXT NOT NULL, boot TEXT NOT NULL, process INTEGER NOT NULL,
            started INTEGER NOT NULL, heartbeat INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE runs (
            id TEXT PRIMARY KEY, experiment TEXT NOT NULL, profile TEXT NOT NULL, manifest TEXT NOT NULL,
            started INTEGER NOT NULL, finished INTEGER, exit_code INTEGER) WITHOUT ROWID;
        CREATE TABLE run_stages (
            run TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
            key TEXT, status TEXT NOT NULL, PRIMARY KEY (run, position)) WITHOUT ROWID;
        CREATE INDEX runs_by_experiment ON runs (experiment, started);
        CREATE TABLE file_digests (
            path TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL, digest TEXT NOT NULL) WITHOUT ROWID;
        """;

    /// <summary>
    /// Runs can be pinned, say which process they are, and name the keys they reached beside those of their
    /// stages. A run of version 1 names no process.
    /// </summary>
    public const string Version2 =
        """
        ALTER TABLE runs ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE runs ADD COLUMN host TEXT;
        ALTER TABLE runs ADD COLUMN boot TEXT;
        ALTER TABLE runs ADD COLUMN process INTEGER;
        ALTER TABLE runs ADD COLUMN process_started INTEGER;
        CREATE TABLE run_keys (run TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (run, key)) WITHOUT ROWID;
        CREATE INDEX outputs_by_digest ON outputs (digest);
        CREATE INDEX beside_by_digest ON beside (digest);
        """;

    /// <summary>Digests of files are remembered by the signature of what a path leads to.</summary>
    public const string Version3 =
        """
        DROP TABLE file_digests;
        CREATE TABLE file_signatures (
            path TEXT PRIMARY KEY, device INTEGER NOT NULL, inode INTEGER NOT NULL, size INTEGER NOT NULL,
            changed INTEGER NOT NULL, modified INTEGER NOT NULL, digest TEXT NOT NULL) WITHOUT ROWID;
        """;

    /// <summary>What was found out about files by their content.</summary>
    public const string Version4 =
        """
        CREATE TABLE file_facts (
            digest TEXT NOT NULL, fact TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (digest, fact)) WITHOUT ROWID;
        """;

    /// <summary>
    /// Runs name the values that their command line set, a JSON list of <c>path=value</c>; those of earlier versions name none.
    /// </summary>
    public const string Version5 = "ALTER TABLE runs ADD COLUMN settings TEXT NOT NULL DEFAULT '[]';";

    /// <summary>What leads from each version to the next; the first makes version 1 of an empty file.</summary>
    public static IReadOnlyList<string> Versions { get; } = [Version1, Version2, Version3, Version4, Version5];
}
