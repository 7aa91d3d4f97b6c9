using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Composer.Store.Files;

/// <summary>What tells one state of a file from another without reading it: of the file that a link leads to, never of the link.</summary>
/// <remarks>
/// Equal when all five are. The kernel sets the time of change, and nobody can set it back: whoever writes, renames over, or
/// restores the time of modification leaves another signature, but for two changes within one step of the clock
/// (<see cref="IsSettled"/>). The default value is no file's.
/// </remarks>
/// <param name="Device">The file system's number.</param>
/// <param name="Inode">The file's number on it.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Changed">When content or attributes changed last, in nanoseconds since 1970.</param>
/// <param name="Modified">When the content was written last, or what somebody set it to, in nanoseconds since 1970.</param>
public readonly partial record struct FileSignature(long Device, long Inode, long Size, long Changed, long Modified)
{
    private const int CurrentFolder = -100;
    private const int OfDescriptor = 0x1000;
    private const uint BasicFields = 0x7ff;
    private const int NoEntry = 2;
    private const int NoFolder = 20;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>More than a step of the clock by which Linux dates changes, 1 to 10 ms.</summary>
    private static readonly TimeSpan FineStep = TimeSpan.FromMilliseconds(50);

    /// <summary>A step of file systems that date by whole seconds, or by every other.</summary>
    private static readonly TimeSpan CoarseStep = TimeSpan.FromSeconds(2);

    private static bool isKnown = OperatingSystem.IsLinux();

    /// <summary>How long after its last change a file's next change is sure to leave another signature.</summary>
    public TimeSpan Step => Changed % NanosecondsPerSecond == 0 ? CoarseStep : FineStep;

    /// <summary>The signature of a file; null where the system tells none: there a file is known by its bytes alone.</summary>
    /// <param name="path">Links are followed.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">The system refuses.</exception>
    public static FileSignature? Of(string path) => Read(CurrentFolder, path, 0, path);

    /// <summary>The same of an open file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">Its name, for messages.</param>
    public static FileSignature? Of(SafeFileHandle file, string path) => Read((int)file.DangerousGetHandle(), "", OfDescriptor, path);

    /// <summary>Whether a change from this moment on is sure to leave another signature.</summary>
    /// <param name="now">The time by the clock that dates changes.</param>
    public bool IsSettled(DateTimeOffset now) => now - DateTimeOffset.UnixEpoch - TimeSpan.FromTicks(Changed / 100) >= Step;

    private static FileSignature? Read(int folder, string name, int flags, string path)
    {
        if (!isKnown)
        {
            return null;
        }

        Status status;
        int result;
        try
        {
            result = StatX(folder, name, flags, BasicFields, out status);
        }
        catch (EntryPointNotFoundException)
        {
            isKnown = false;
            return null;
        }

        if (result == 0)
        {
            return new FileSignature(
                ((long)status.DeviceMajor << 32) | status.DeviceMinor,
                (long)status.Inode,
                (long)status.Size,
                (status.Changed.Seconds * NanosecondsPerSecond) + status.Changed.Nanoseconds,
                (status.Modified.Seconds * NanosecondsPerSecond) + status.Modified.Nanoseconds);
        }

        var error = Marshal.GetLastPInvokeError();
        throw error is NoEntry or NoFolder
            ? new FileNotFoundException($"There is no file '{path}'.", path)
            : new IOException($"Cannot look at '{path}': {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint fields, out Status status);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Moment
    {
        public readonly long Seconds;
        public readonly uint Nanoseconds;
        private readonly int reserved;
    }

    /// <summary>Linux's <c>struct statx</c>, the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct Status
    {
        [FieldOffset(32)]
        public readonly ulong Inode;

        [FieldOffset(40)]
        public readonly ulong Size;

        [FieldOffset(96)]
        public readonly Moment Changed;

        [FieldOffset(112)]
        public readonly Moment Modified;

        [FieldOffset(136)]
        public readonly uint DeviceMajor;

        [FieldOffset(140)]
        public readonly uint DeviceMinor;
    }
}
