using Composer.Core;

namespace Composer.Cli.Terminal;

/// <summary>
/// The streams that the process was given, or was not: one that is closed is silent, one that fails is said once, at the end, and long
/// lines are folded where people read them on a terminal.
/// </summary>
internal sealed class StandardStreams
{
    private readonly ForgivingWriter output;
    private readonly ForgivingWriter error;

    private StandardStreams(ForgivingWriter output, ForgivingWriter error) => (this.output, this.error) = (output, error);

    /// <summary>How long neither stream has been written to.</summary>
    public TimeSpan Silence => output.Silence < error.Silence ? output.Silence : error.Silence;

    /// <summary>Takes the place of the console's own writers.</summary>
    /// <param name="folds">Whether lines are for people: what machines read is never folded.</param>
    /// <param name="time">The clock.</param>
    public static StandardStreams Claim(bool folds, TimeProvider time)
    {
        var output = ForgivingWriter.Over(Console.Out, Descriptor.Output, time);
        var error = ForgivingWriter.Over(Console.Error, Descriptor.Error, time);
        if (!Descriptor.IsGiven(Descriptor.Input))
        {
            Console.SetIn(TextReader.Null);
        }

        Console.SetOut(folds && !Console.IsOutputRedirected ? new FoldingWriter(output, () => TerminalWidth.Current) : output);
        Console.SetError(error);
        return new StandardStreams(output, error);
    }

    /// <summary>The command's exit code, or 1 with a sentence when standard output lost something of what it printed.</summary>
    public int ExitCodeOf(int command)
    {
        output.Flush();
        if (output.Failure is not { } failure)
        {
            return command;
        }

        error.WriteLine(
            $"error CMP1015: Standard output could not be written: {failure.Message.TrimEnd('.')}. Nothing but what was to be printed is lost; "
            + "print it to another place.");
        return command == ExitCode.Done ? ExitCode.StageFailed : command;
    }
}
