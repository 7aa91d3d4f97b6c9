using System.Text;

namespace Composer.Cli.Terminal;

/// <summary>
/// A standard stream that may fail under a command (a full disk, a closed descriptor): what cannot be written is let go
/// and the first failure kept, so that no work is lost for a line of output.
/// </summary>
/// <param name="inner">The stream's own writer.</param>
/// <param name="time">Says when it was written to last.</param>
internal sealed class ForgivingWriter(TextWriter inner, TimeProvider time) : TextWriter
{
    private long written = time.GetTimestamp();

    /// <summary>The first write that failed; null as long as none did.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>How long nothing has been written.</summary>
    public TimeSpan Silence => time.GetElapsedTime(Interlocked.Read(ref written));

    /// <summary>One over a standard stream; silent where the process was given none.</summary>
    public static ForgivingWriter Over(TextWriter stream, int descriptor, TimeProvider time) =>
        new(Descriptor.IsGiven(descriptor) ? stream : Null, time);

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void WriteLine() => Try(inner.WriteLine);

    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    private void Try(Action write)
    {
        Interlocked.Exchange(ref written, time.GetTimestamp());
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Failure ??= e;
        }
    }
}
