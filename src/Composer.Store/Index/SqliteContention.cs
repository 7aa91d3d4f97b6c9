using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Composer.Store.Index;

/// <summary>
/// Waits while another process has the index locked, and says in words what else SQLite complains of.
/// </summary>
internal sealed class SqliteContention(string path, TimeProvider time)
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
    /// <exception cref="IOException">The lock was held for longer than <see cref="Patience"/>, or the disk refuses.</exception>
    public T Wait<T>(Func<T> statement)
    {
        var began = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks)))
        {
            try
            {
                return statement();
            }
            catch (SqliteException e) when (e.SqliteErrorCode is Busy or Locked)
            {
                if (time.GetElapsedTime(began) > Patience)
                {
                    throw new IOException(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"The index {path} has been locked by another process for {Patience.TotalMinutes:0} minutes. End the composer that was stopped, and run again."),
                        e);
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

    /// <summary>Runs a statement once.</summary>
    public T Explained<T>(Func<T> statement)
    {
        try
        {
            return statement();
        }
        catch (SqliteException e)
        {
            throw Explain(e);
        }
    }

    private Exception Explain(SqliteException e) => e.SqliteErrorCode switch
    {
        Full => new IOException(
            $"The index {path} cannot grow: the disk is full. Free some space ('composer store gc' may), and run again; what was published is safe.", e),
        ReadOnly => new IOException(
            $"The index {path} cannot be written: the file, its folder or its disk is read-only. Give this user the right to write there, or name another place with --artifacts.", e),
        CannotOpen => new IOException(
            $"The index {path} cannot be opened. See that its folder exists and that this user may read and write there, or name another place with --artifacts.", e),
        InputOutput => new IOException(
            $"The disk failed under the index {path} ({e.Message}). See to the disk, then run 'composer store verify'.", e),
        Corrupt or NotADatabase => new InvalidDataException(
            $"The index {path} is damaged. Delete it with its -wal and -shm files, then run 'composer store verify': it is built again from the records.", e),
        _ => e,
    };
}
