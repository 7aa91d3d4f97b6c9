using System.Globalization;
using Composer.Core.Faults;
using Microsoft.Data.Sqlite;

namespace Composer.Store.Index;

/// <summary>
/// Waits while another process has the index locked, and says in words what else SQLite complains of.
/// </summary>
internal sealed class SqliteContention(string path, TimeProvider time, Fault? fault = null)
{
    /// <summary>A lock that is held for longer is held by a process that was stopped.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs a statement again, after growing pauses, for as long as it finds a lock.</summary>
    /// <exception cref="IOException">The lock was held for longer than <see cref="Patience"/>, or the disk refuses, or the index is
    /// damaged.</exception>
    public T Wait<T>(Func<T> statement)
    {
        var began = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks)))
        {
            try
            {
                Strike();
                return statement();
            }
            catch (SqliteException e) when (e.SqliteErrorCode is Busy or Locked)
            {
                if (time.GetElapsedTime(began) > Patience)
                {
                    throw Explain(e);
                }
            }
            catch (SqliteException e)
            {
                throw Explain(e);
            }

            Thread.Sleep(pause);
        }
    }

    public void Wait(Action statement) => Wait(() =>
    {
        statement();
        return true;
    });

    /// <summary>A test's fault that waits for <c>index</c> is one that SQLite would have told.</summary>
    private void Strike()
    {
        if (fault is not null && fault.Strikes("index"))
        {
            throw fault.Action switch
            {
                FaultAction.Busy => new SqliteException("database is locked", Busy),
                FaultAction.NoSpace => new SqliteException("database or disk is full", Full),
                FaultAction.ReadOnly => new SqliteException("attempt to write a readonly database", ReadOnly),
                _ => new SqliteException("disk I/O error", InputOutput),
            };
        }
    }

    /// <remarks>SQLite's own exception goes no further: who calls the store knows files and damaged data, and no database.</remarks>
    private Exception Explain(SqliteException e) => e.SqliteErrorCode switch
    {
        Busy or Locked => new IOException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The index {path} has been locked by another process for {Patience.TotalMinutes:0} minutes. End the composer that was "
                + $"stopped, and run again."),
            e),
        Full => new IOException(
            $"The index {path} cannot grow: the disk is full. Free some space ('composer store gc' may), and run again; what was "
            + $"published is safe.",
            e),
        ReadOnly => new IOException(
            $"The index {path} cannot be written: the file, its folder or its disk is read-only. Give this user the right to write "
            + $"there, or name another place with --artifacts.",
            e),
        CannotOpen => new IOException(
            $"The index {path} cannot be opened: its folder is missing, or read-only for this user. Give the right to read and write "
            + $"there, or name another place with --artifacts.",
            e),
        InputOutput => new IOException(
            $"The disk failed under the index {path} ({e.Message}). See to the disk, then run 'composer store verify'.", e),
        Corrupt or NotADatabase => new DamagedIndexException(path, e),
        _ => new IOException($"The index {path} failed ({e.Message}). Run 'composer store verify', then run again.", e),
    };
}
