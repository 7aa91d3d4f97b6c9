using System.Runtime.InteropServices;
using System.Text;

namespace Composer.Agents.Ranks;

/// <summary>The functions of Open MPI's library that ranks use. Its versions 4 and 5 have one binary interface.</summary>
internal sealed unsafe class MpiLibrary
{
    /// <summary>As the loader finds it.</summary>
    public const string FileName = "libmpi.so.40";

    /// <summary>How to come by it on Debian and Ubuntu.</summary>
    public const string DebianCommand = "apt-get install openmpi-bin";

    private const int Funneled = 1;
    private const int LongestVersion = 256; // MPI_MAX_LIBRARY_VERSION_STRING

    private readonly nint handle;
    private readonly nint world;
    private readonly nint bytes;
    private readonly delegate* unmanaged[Cdecl]<void*, int, nint, int, int, void*, int, nint, int, int, nint, void*, int> sendReceive;
    private readonly delegate* unmanaged[Cdecl]<void*, int, nint, int, nint, int> broadcast;

    private MpiLibrary(nint handle)
    {
        this.handle = handle;

        // What its header calls MPI_COMM_WORLD and MPI_BYTE are the addresses of these; MPI_STATUS_IGNORE is null.
        (world, bytes) = (Export("ompi_mpi_comm_world"), Export("ompi_mpi_byte"));
        sendReceive = (delegate* unmanaged[Cdecl]<void*, int, nint, int, int, void*, int, nint, int, int, nint, void*, int>)
            Export("MPI_Sendrecv");
        broadcast = (delegate* unmanaged[Cdecl]<void*, int, nint, int, nint, int>)Export("MPI_Bcast");
    }

    /// <summary>Whether this machine has it.</summary>
    public static bool IsThere
    {
        get
        {
            if (!NativeLibrary.TryLoad(FileName, out var library))
            {
                return false;
            }

            return NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _);
        }
    }

    /// <summary>Such as <c>Open MPI v4.1.4</c>.</summary>
    public string Version
    {
        get
        {
            var text = stackalloc byte[LongestVersion];
            var length = 0;
            var ask = (delegate* unmanaged[Cdecl]<byte*, int*, int>)Export("MPI_Get_library_version");
            Check(ask(text, &length), "MPI_Get_library_version");
            return Encoding.UTF8.GetString(text, length).Split(',')[0];
        }
    }

    /// <summary>This process's number.</summary>
    public int Rank => Ask("MPI_Comm_rank");

    /// <summary>How many there are.</summary>
    public int Count => Ask("MPI_Comm_size");

    /// <summary>Loads it.</summary>
    /// <exception cref="MpiException">It is not there, or is that of another MPI.</exception>
    public static MpiLibrary Load()
    {
        if (!NativeLibrary.TryLoad(FileName, out var library))
        {
            throw new MpiException(
                $"Ranks speak by Open MPI, whose {FileName} is not on this machine. On Debian: {DebianCommand}. Another MPI, such as "
                + "MPICH, is not supported.");
        }

        if (!NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _))
        {
            throw new MpiException($"The {FileName} of this machine is not Open MPI's. On Debian: {DebianCommand}.");
        }

        return new MpiLibrary(library);
    }

    /// <summary>Begins; the thread that calls it is from now on the one that speaks.</summary>
    public void Initialize()
    {
        var granted = 0;
        var initialize = (delegate* unmanaged[Cdecl]<int*, void*, int, int*, int>)Export("MPI_Init_thread");
        Check(initialize(null, null, Funneled, &granted), "MPI_Init_thread");
        if (granted < Funneled)
        {
            throw new MpiException("This Open MPI serves no process of several threads.");
        }
    }

    public void SendReceive(int peer, ReadOnlySpan<byte> send, Span<byte> receive)
    {
        fixed (byte* sent = send, received = receive)
        {
            Check(
                sendReceive(sent, send.Length, bytes, peer, 0, received, receive.Length, bytes, peer, 0, world, null), "MPI_Sendrecv");
        }
    }

    public void Broadcast(Span<byte> data)
    {
        fixed (byte* start = data)
        {
            Check(broadcast(start, data.Length, bytes, 0, world), "MPI_Bcast");
        }
    }

    public void Barrier() => Check(((delegate* unmanaged[Cdecl]<nint, int>)Export("MPI_Barrier"))(world), "MPI_Barrier");

    /// <summary>Ends all ranks, this one among them.</summary>
    /// <param name="code">The exit code.</param>
    public void Abort(int code) => ((delegate* unmanaged[Cdecl]<nint, int, int>)Export("MPI_Abort"))(world, code);

    /// <summary>Waits for all ranks to end.</summary>
    public void Complete() => Check(((delegate* unmanaged[Cdecl]<int>)Export("MPI_Finalize"))(), "MPI_Finalize");

    private static void Check(int code, string what)
    {
        if (code != 0)
        {
            throw new MpiException($"{what} failed with the code {code}.");
        }
    }

    private int Ask(string function)
    {
        var answer = 0;
        Check(((delegate* unmanaged[Cdecl]<nint, int*, int>)Export(function))(world, &answer), function);
        return answer;
    }

    private nint Export(string name) => NativeLibrary.GetExport(handle, name);
}
