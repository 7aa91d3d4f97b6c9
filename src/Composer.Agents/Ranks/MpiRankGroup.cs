using System.Globalization;
using Composer.Core.Diagnostics;
using Composer.Core.Ranks;

namespace Composer.Agents.Ranks;

/// <summary>The processes that one <c>mpirun</c>, or one <c>srun</c>, has started.</summary>
/// <remarks>Calls come from the thread that made it: Open MPI grants no more.</remarks>
public sealed class MpiRankGroup : IRankGroup
{
    private readonly MpiLibrary library;
    private readonly int thread = Environment.CurrentManagedThreadId;

    private MpiRankGroup(MpiLibrary library)
    {
        this.library = library;
        (Rank, Count, Version) = (library.Rank, library.Count, library.Version);
    }

    public int Rank { get; }

    public int Count { get; }

    /// <summary>Of the library, such as <c>Open MPI v4.1.4</c>.</summary>
    public string Version { get; }

    /// <summary>Joins the group; once in a process. By itself, a process is a group of one.</summary>
    /// <exception cref="MpiException">There is no Open MPI.</exception>
    public static MpiRankGroup Join()
    {
        var library = MpiLibrary.Load();
        library.Initialize();
        return new MpiRankGroup(library);
    }

    /// <summary>Joins the group, works, and leaves it. What fails ends all ranks: the others would wait for ever.</summary>
    /// <param name="work">Of this rank; gives its exit code.</param>
    public static int Run(Func<MpiRankGroup, int> work)
    {
        var ranks = Join();
        try
        {
            var code = work(ranks);
            ranks.Leave();
            return code;
        }
        catch (Exception e)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"rank {ranks.Rank}: {Describe(e)}"));
            ranks.Abort(e is UserInputException ? Core.ExitCode.UserInput : Core.ExitCode.StageFailed);
            throw;
        }
    }

    public void SendReceive(int peer, ReadOnlySpan<byte> send, Span<byte> receive)
    {
        RequireThread();
        library.SendReceive(peer, send, receive);
    }

    public void Broadcast(Span<byte> data)
    {
        RequireThread();
        library.Broadcast(data);
    }

    public void Barrier()
    {
        RequireThread();
        library.Barrier();
    }

    /// <summary>Ends every process of the group at once, this one too.</summary>
    /// <param name="code">The exit code.</param>
    public void Abort(int code) => library.Abort(code);

    /// <summary>Leaves the group, when all do.</summary>
    public void Leave()
    {
        RequireThread();
        library.Complete();
    }

    private static string Describe(Exception e) => e is UserInputException mistakes
        ? string.Join(" ", mistakes.Diagnostics.Select(d => d.ToString()))
        : e is MpiException ? e.Message : e.ToString();

    private void RequireThread()
    {
        if (Environment.CurrentManagedThreadId != thread)
        {
            throw new InvalidOperationException("Ranks speak on the thread that joined them.");
        }
    }
}
